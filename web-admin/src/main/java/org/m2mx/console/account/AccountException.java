package org.m2mx.console.account;

/** An account file cannot be made; the message says which setting is in the way. */
public class AccountException extends Exception {
  private static final long serialVersionUID = 1L;

  AccountException(String message) {
    super(message);
  }

  AccountException(String message, Throwable cause) {
    super(message, cause);
  }
}
