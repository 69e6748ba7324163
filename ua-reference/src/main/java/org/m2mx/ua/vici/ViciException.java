package org.m2mx.ua.vici;

import java.io.IOException;

/** A command that the IKE daemon does not carry out; the message says why. */
public final class ViciException extends IOException {
  private static final long serialVersionUID = 1L;

  ViciException(String problem) {
    super(problem);
  }
}
