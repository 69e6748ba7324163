package org.m2mx.console.bulk;

/** As many files are being read as there may be. */
class BusyException extends Exception {
  private static final long serialVersionUID = 1L;
}
