package org.m2mx.registry.secondfactor;

/** The app shows another code: it has not taken the secret, or its clock is off. */
public class WrongCodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongCodeException(String operator) {
    super("The code that operator " + operator + " typed is not the app's");
  }
}
