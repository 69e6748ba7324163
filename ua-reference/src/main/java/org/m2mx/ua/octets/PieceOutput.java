package org.m2mx.ua.octets;

import java.io.IOException;
import java.io.OutputStream;

/** An output that is written by the piece, of which one octet is the shortest. */
public abstract class PieceOutput extends OutputStream {
  @Override
  public final void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public abstract void write(byte[] buffer, int offset, int length) throws IOException;
}
