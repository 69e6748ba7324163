package org.m2mx.tests.homes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final int DESTINATION = 24;
  private static final int ADDRESS = 16;

  private final Path file;

  Capture(Path file) {
    this.file = file;
  }

  /** An IPv6 packet, from its header on. */
  record Packet(byte[] octets) {
    boolean isBetween(InetAddress a, InetAddress b) {
      return hasEnds(a, b) || hasEnds(b, a);
    }

    boolean concerns(InetAddress address) {
      return Arrays.equals(at(SOURCE), address.getAddress())
          || Arrays.equals(at(DESTINATION), address.getAddress());
    }

    /** Whether it is a datagram that has gone in one piece. */
    boolean isWholeDatagram() {
      return octets[NEXT_HEADER] == UDP;
    }

    /** Whether it is a piece of something longer (RFC 8200 section 4.5). */
    boolean isFragment() {
      return octets[NEXT_HEADER] == FRAGMENT;
    }

    private boolean hasEnds(InetAddress source, InetAddress destination) {
      return Arrays.equals(at(SOURCE), source.getAddress())
          && Arrays.equals(at(DESTINATION), destination.getAddress());
    }

    private byte[] at(int offset) {
      return Arrays.copyOfRange(octets, offset, offset + ADDRESS);
    }
  }

  /** Reads what is there; a packet that is being written is left out. */
  List<Packet> packets() throws IOException {
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
        in.getLong();
        int length = in.getInt();
        in.getInt();
        byte[] frame = new byte[length];
        in.get(frame);
        if (length >= ETHERNET_HEADER + IPV6_HEADER && frame[12] == (byte) 0x86) {
          packets.add(new Packet(Arrays.copyOfRange(frame, ETHERNET_HEADER, length)));
        }
      }
    } catch (BufferUnderflowException e) {
      return packets;
    }
    return packets;
  }

  /** Says whether a text has been seen, anywhere in any packet. */
  boolean contains(String text) throws IOException {
    return new String(Files.readAllBytes(file), ISO_8859_1).contains(text);
  }
}
