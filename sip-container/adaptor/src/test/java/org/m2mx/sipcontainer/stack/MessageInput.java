package org.m2mx.sipcontainer.stack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Messages that come one by one, as a stream. */
final class MessageInput extends InputStream {
  private final Source source;
  private InputStream message = InputStream.nullInputStream();

  /** Where they come from. */
  @FunctionalInterface
  interface Source {
    /** Waits for the next message; one without bytes is passed over. */
    byte[] next() throws IOException;
  }

  MessageInput(Source source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    int next = message.read();
    while (next < 0) {
      message = new ByteArrayInputStream(source.next());
      next = message.read();
    }
    return next;
  }
}
