package org.m2mx.sipcontainer.router;

/** A router file that cannot be used; the message names file, line, column and what is expected. */
final class RouterFileException extends Exception {
  private static final long serialVersionUID = 1L;

  RouterFileException(String message) {
    super(message);
  }

  RouterFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
