package org.m2mx.ua.cli;

import java.io.IOException;
import org.m2mx.ua.UserAgentException;

/** Standard input cannot be read, or standard output not be written: the peer is not to blame. */
final class StandardStreamException extends IOException {
  private static final long serialVersionUID = 1L;

  private StandardStreamException(String problem, IOException cause) {
    super(problem + " (" + cause.getMessage() + ")", cause);
  }

  /** Returns what it says itself where that is already this. */
  static StandardStreamException unreadable(IOException cause) {
    if (cause instanceof StandardStreamException known) {
      return known;
    }
    return new StandardStreamException("Standard input cannot be read", cause);
  }

  static StandardStreamException unwritable(IOException cause) {
    return new StandardStreamException("Standard output cannot be written", cause);
  }

  /** Returns the same for whoever runs the command. */
  UserAgentException told() {
    return new UserAgentException(
        UserAgentException.Reason.STANDARD_STREAM,
        getMessage(),
        "See what it is connected to",
        this);
  }
}
