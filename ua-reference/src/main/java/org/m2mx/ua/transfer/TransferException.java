package org.m2mx.ua.transfer;

import java.io.IOException;

/** The transfer cannot go on, and trying again would not help. The message is one line. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  TransferException(String message) {
    super(message);
  }

  TransferException(String message, Throwable cause) {
    super(message, cause);
  }
}
