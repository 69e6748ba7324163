package org.m2mx.ua.firewall.pcp;

import java.net.Inet6Address;
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

  private PcpRequest() {}

  /** Asks whether the server is there (RFC 6887 section 14.1.1). */
  static byte[] announce(Inet6Address client) {
    return header(ANNOUNCE, 0, client, HEADER_LENGTH).array();
  }

  /**
   * Asks for a mapping, for its renewal, or with a lifetime of 0 for its end (RFC 6887 section
   * 11.1).
   *
   * @param lifetime seconds
   * @param client this side's address, from which the packet must be sent
   * @param nonce of the mapping
   * @param protocol what is mapped
   * @param port this side's port, which is also the external one that is asked for: without
   *     translation they are the same
   */
  static byte[] map(
      long lifetime, Inet6Address client, byte[] nonce, TransportProtocol protocol, int port) {
    return header(MAP, lifetime, client, HEADER_LENGTH + MAP_LENGTH)
        .put(nonce)
        .put((byte) protocol.number())
        .put(new byte[3])
        .putShort((short) port)
        .putShort((short) port)
        .put(client.getAddress())
        .array();
  }

  private static ByteBuffer header(int opcode, long lifetime, Inet6Address client, int length) {
    return ByteBuffer.allocate(length)
        .put((byte) VERSION)
        .put((byte) opcode)
        .putShort((short) 0)
        .putInt((int) lifetime)
        .put(client.getAddress());
  }
}
