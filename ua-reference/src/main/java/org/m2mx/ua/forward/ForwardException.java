package org.m2mx.ua.forward;

import java.io.IOException;

/** The peer does not keep to the protocol, or speaks another. The message is one line. */
public final class ForwardException extends IOException {
  private static final long serialVersionUID = 1L;

  ForwardException(String message) {
    super(message);
  }
}
