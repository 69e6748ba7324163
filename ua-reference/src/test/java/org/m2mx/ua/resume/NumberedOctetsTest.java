package org.m2mx.ua.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberedOctetsTest {
  private static byte octet(long number) {
    return (byte) (number * 31 + (number >> 8));
  }

  /** Against the numbers themselves, with a limit that no power of two divides. */
  @Test
  void keepsEachOctetUnderItsNumber() {
    Random random = new Random(5);
    NumberedOctets octets = new NumberedOctets(10_007);
    byte[] piece = new byte[6_000];
    for (int step = 0; step < 20_000; step++) {
      int length = random.nextInt(piece.length);
      for (int i = 0; i < length; i++) {
        piece[i] = octet(octets.next() + i);
      }
      int room = 10_007 - octets.size();
      assertThat(octets.append(piece, 0, length)).isEqualTo(Math.min(room, length));
      long from = octets.first() + random.nextInt(octets.size() + 1);
      int copied = octets.copy(from, piece, 0, 100);
      assertThat(copied).isEqualTo((int) Math.min(100, octets.next() - from));
      for (int i = 0; i < copied; i++) {
        assertThat(piece[i]).isEqualTo(octet(from + i));
      }
      octets.forget(octets.first() + random.nextInt(octets.size() + 1));
    }
    assertThat(octets.next()).isGreaterThan(10 * 10_007);
  }
}
