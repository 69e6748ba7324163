package org.m2mx.registry.call;

/** The database does not say who may call whom. */
public class RulesUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RulesUnavailableException(Throwable cause) {
    super("The rules of a call cannot be read: " + cause.getMessage(), cause);
  }
}
