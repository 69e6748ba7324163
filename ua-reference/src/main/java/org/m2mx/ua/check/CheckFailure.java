package org.m2mx.ua.check;

/** The other side has not done what the case asks for. */
final class CheckFailure extends Exception {
  private static final long serialVersionUID = 1L;

  CheckFailure(String message) {
    super(message);
  }
}
