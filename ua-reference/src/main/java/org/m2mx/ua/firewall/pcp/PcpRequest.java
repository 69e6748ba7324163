package org.m2mx.ua.firewall.pcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.m2mx.ua.firewall.TransportProtocol;

/**
 * What PCP packets are made of, and the requests that this client sends (RFC 6887 sections 7.1,
 * 11.1 and 14.1).
 */
final class PcpRequest {
  static final int VERSION = 2;
  static final int ANNOUNCE = 0;
  static final int MAP = 1;

  /** The bit of the opcode's octet that marks a response. */
  static final int RESPONSE = 0x80;

  static final int HEADER_LENGTH = 24;
  static final int MAP_LENGTH = 36;
  static final int NONCE_LENGTH = 12;

  private static final int ADDRESS_LENGTH = 16;

  private PcpRequest() {}

  /** Asks whether the server is there (RFC 6887 section 14.1.1). */
  static byte[] announce(InetAddress client) {
    return header(ANNOUNCE, 0, client, HEADER_LENGTH).array();
  }

  /**
   * Asks for a mapping, for its renewal, or with a lifetime of 0 for its end (RFC 6887 section
   * 11.1).
   *
   * @param lifetime seconds
   * @param own this side's port and address, from which the packet must be sent
   * @param nonce of the mapping
   * @param protocol what is mapped
   * @param external the port and address outside that is asked for, see {@link #wish}
   */
  static byte[] map(
      long lifetime,
      InetSocketAddress own,
      byte[] nonce,
      TransportProtocol protocol,
      InetSocketAddress external) {
    return header(MAP, lifetime, own.getAddress(), HEADER_LENGTH + MAP_LENGTH)
        .put(nonce)
        .put((byte) protocol.number())
        .put(new byte[3])
        .putShort((short) own.getPort())
        .putShort((short) external.getPort())
        .put(address(external.getAddress()))
        .array();
  }

  /**
   * What to ask for at first: without translation the very same port and address, with it the same
   * port of whatever address the gateway has (RFC 6887 section 11.1).
   */
  static InetSocketAddress wish(InetSocketAddress own) {
    if (!(own.getAddress() instanceof Inet4Address)) {
      return own;
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[Integer.BYTES]), own.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 octets are an address", e);
    }
  }

  /** IPv4 addresses are written as IPv4-mapped ones (RFC 6887 section 5). */
  private static byte[] address(InetAddress address) {
    byte[] octets = address.getAddress();
    return octets.length == ADDRESS_LENGTH
        ? octets
        : ByteBuffer.allocate(ADDRESS_LENGTH)
            .position(ADDRESS_LENGTH - octets.length - 2)
            .putShort((short) 0xffff)
            .put(octets)
            .array();
  }

  private static ByteBuffer header(int opcode, long lifetime, InetAddress client, int length) {
    return ByteBuffer.allocate(length)
        .put((byte) VERSION)
        .put((byte) opcode)
        .putShort((short) 0)
        .putInt((int) lifetime)
        .put(address(client));
  }
}
