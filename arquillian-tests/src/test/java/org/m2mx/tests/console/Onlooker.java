package org.m2mx.tests.console;

/** Looks at each page that a story passes. */
@FunctionalInterface
interface Onlooker {
  /**
   * Looks at what the browser shows now.
   *
   * @param page the page's name, or the dialog's, or what it is about to be asked
   */
  void looks(String page) throws Exception;
}
