package org.m2mx.console.openid;

/** The provider cannot be asked, or what it says cannot be believed. */
public class ProviderException extends Exception {
  private static final long serialVersionUID = 1L;

  ProviderException(String message) {
    super(message);
  }

  ProviderException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
