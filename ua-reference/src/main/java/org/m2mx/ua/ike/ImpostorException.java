package org.m2mx.ua.ike;

import java.io.IOException;

/** The peer has shown another certificate than the one to take from it. */
public final class ImpostorException extends IOException {
  private static final long serialVersionUID = 1L;

  ImpostorException(String problem) {
    super(problem);
  }
}
