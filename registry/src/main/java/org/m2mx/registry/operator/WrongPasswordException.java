package org.m2mx.registry.operator;

/** The present password was not given right. */
public class WrongPasswordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongPasswordException(String operator) {
    super("The present password of operator " + operator + " is another");
  }
}
