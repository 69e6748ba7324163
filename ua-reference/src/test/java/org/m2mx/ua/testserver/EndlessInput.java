package org.m2mx.ua.testserver;

import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Zeros without end, like {@code /dev/zero}. */
public final class EndlessInput extends InputStream {
  private final AtomicLong given = new AtomicLong();

  /** Returns how many were read so far. */
  public long given() {
    return given.get();
  }

  @Override
  public int read() {
    given.incrementAndGet();
    return 0;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    given.addAndGet(length);
    return length;
  }
}
