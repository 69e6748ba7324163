package org.m2mx.registry.credential;

/** The database does not say what an account proves itself with. */
public class CredentialsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CredentialsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
