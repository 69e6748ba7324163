package org.m2mx.ua.xml;

/** XML that cannot be read, or has what is not admitted. The message says what, for people. */
public final class MalformedXmlException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedXmlException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
