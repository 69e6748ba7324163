package org.m2mx.console.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.util.OptionalInt;

/** Whether octets are text. */
final class Utf8 {
  private static final int AT_A_TIME = 8192;

  private Utf8() {}

  /** The line, from 1, with the first octet that is no UTF-8; empty when all are. */
  static OptionalInt firstBadLine(byte[] octets) {
    var decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var in = ByteBuffer.wrap(octets);
    var out = CharBuffer.allocate(AT_A_TIME);
    while (true) {
      var result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        return OptionalInt.empty();
      }
      if (result.isError()) {
        return OptionalInt.of(line(octets, in.position()));
      }
      out.clear();
    }
  }

  private static int line(byte[] octets, int position) {
    var line = 1;
    for (int i = 0; i < position; i++) {
      if (octets[i] == '\n') {
        line++;
      }
    }
    return line;
  }
}
