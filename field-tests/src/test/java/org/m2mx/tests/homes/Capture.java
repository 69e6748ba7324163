package org.m2mx.tests.homes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The packets that tcpdump has seen on an Ethernet interface so far, in its classic file format.
 */
final class Capture {
  private static final int MAGIC = 0xa1b2c3d4;
  private static final int FILE_HEADER = 24;
  private static final int ETHERNET_HEADER = 14;
  private static final int IPV6_HEADER = 40;
  private static final int NEXT_HEADER = 6;
  private static final int UDP = 17;
  private static final int FRAGMENT = 44;
  private static final int SOURCE = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV4_SOURCE = 12;

  private final Path file;

  Capture(Path file) {
    this.file = file;
  }

  /**
   * A packet of IPv6 or IPv4.
   *
   * @param seen when it came by, to the microsecond
   * @param octets from its header on
   */
  record Packet(Instant seen, byte[] octets) {
    boolean isBetween(InetAddress a, InetAddress b) {
      return hasEnds(a, b) || hasEnds(b, a);
    }

    boolean concerns(InetAddress address) {
      return isAt(0, address) || isAt(1, address);
    }

    /** Whether it is a datagram by IPv6 that has gone in one piece. */
    boolean isWholeDatagram() {
      return isIpv6() && octets[NEXT_HEADER] == UDP;
    }

    /** Whether it is a piece of something longer (RFC 8200 section 4.5). */
    boolean isFragment() {
      return isIpv6() && octets[NEXT_HEADER] == FRAGMENT;
    }

    private boolean hasEnds(InetAddress source, InetAddress destination) {
      return isAt(0, source) && isAt(1, destination);
    }

    private boolean isIpv6() {
      return octets[0] >> 4 == 6;
    }

    /** Whether an address is the source, which comes first, or the destination. */
    private boolean isAt(int place, InetAddress address) {
      byte[] wanted = address.getAddress();
      int from = (isIpv6() ? SOURCE : IPV4_SOURCE) + place * wanted.length;
      return isIpv6() == (address instanceof Inet6Address)
          && Arrays.equals(octets, from, from + wanted.length, wanted, 0, wanted.length);
    }
  }

  /**
   * Reads what is there; a packet that is being written is left out.
   *
   * @param begun what came by before is left out, too, however late it was written
   */
  List<Packet> packetsSince(Instant begun) throws IOException {
    Instant first = begun.truncatedTo(ChronoUnit.MICROS);
    return packets().stream().filter(packet -> !packet.seen().isBefore(first)).toList();
  }

  private List<Packet> packets() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    List<Packet> packets = new ArrayList<>();
    if (in.remaining() < FILE_HEADER) {
      return packets;
    }
    if (in.getInt(0) != MAGIC) {
      throw new AssertionError(file + " is no capture");
    }
    in.position(FILE_HEADER);
    try {
      while (in.hasRemaining()) {
        Instant seen =
            Instant.ofEpochSecond(Integer.toUnsignedLong(in.getInt()))
                .plus(in.getInt(), ChronoUnit.MICROS);
        int length = in.getInt();
        in.getInt();
        byte[] frame = new byte[length];
        in.get(frame);
        if (length >= ETHERNET_HEADER + IPV6_HEADER && isOf(frame, 0x86, 0xdd)
            || length >= ETHERNET_HEADER + IPV4_HEADER && isOf(frame, 0x08, 0x00)) {
          packets.add(new Packet(seen, Arrays.copyOfRange(frame, ETHERNET_HEADER, length)));
        }
      }
    } catch (BufferUnderflowException e) {
      return packets;
    }
    return packets;
  }

  /** By its Ethertype. */
  private static boolean isOf(byte[] frame, int first, int second) {
    return frame[12] == (byte) first && frame[13] == (byte) second;
  }

  /** Says whether a text has been seen, anywhere in any packet. */
  boolean contains(String text) throws IOException {
    return new String(Files.readAllBytes(file), ISO_8859_1).contains(text);
  }
}
