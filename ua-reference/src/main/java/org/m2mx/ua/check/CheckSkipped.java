package org.m2mx.ua.check;

/** The case cannot be held against this side, or not with what was given. */
final class CheckSkipped extends Exception {
  private static final long serialVersionUID = 1L;

  CheckSkipped(String message) {
    super(message);
  }
}
