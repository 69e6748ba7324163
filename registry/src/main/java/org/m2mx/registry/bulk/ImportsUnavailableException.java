package org.m2mx.registry.bulk;

/** The database does not take, or give, what belongs to an import. */
public class ImportsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImportsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
