package org.m2mx.ua.data;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that are written. */
final class CountedOutput extends FilterOutputStream {
  private final AtomicLong count;

  CountedOutput(OutputStream out, AtomicLong count) {
    super(out);
    this.count = count;
  }

  @Override
  public void write(int octet) throws IOException {
    out.write(octet);
    count.incrementAndGet();
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    out.write(buffer, offset, length);
    count.addAndGet(length);
  }
}
