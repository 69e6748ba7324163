package org.m2mx.ua.octets;

import java.io.IOException;
import java.io.InputStream;

/** An input that is read by the piece, of which one octet is the shortest. */
public abstract class PieceInput extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] octet = new byte[1];
    return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] buffer, int offset, int length) throws IOException;
}
