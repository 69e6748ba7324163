package org.m2mx.registry.call;

/** The database does not take or give records of calls; the message says which. */
public class RecordsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordsUnavailableException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
