package org.m2mx.ua.firewall.pcp;

import java.nio.ByteBuffer;
import org.m2mx.ua.firewall.TransportProtocol;

/** The requests of NAT-PMP (RFC 6886 sections 3.2 and 3.3). */
final class NatPmpRequest {
  static final int VERSION = 0;
  static final int EXTERNAL_ADDRESS = 0;
  static final int MAP_UDP = 1;
  static final int MAP_TCP = 2;

  private static final int MAP_LENGTH = 12;

  private NatPmpRequest() {}

  /** Asks for the gateway's address outside (RFC 6886 section 3.2). */
  static byte[] externalAddress() {
    return new byte[] {VERSION, EXTERNAL_ADDRESS};
  }

  /**
   * Asks for a mapping, for its renewal, or with a lifetime of 0 for its end (RFC 6886 sections 3.3
   * and 3.4).
   *
   * @param protocol what is mapped
   * @param internalPort this side's port
   * @param externalPort the one that is wished for outside; 0 for any, and at the end
   * @param lifetime seconds
   */
  static byte[] map(TransportProtocol protocol, int internalPort, int externalPort, long lifetime) {
    return ByteBuffer.allocate(MAP_LENGTH)
        .put((byte) VERSION)
        .put((byte) (protocol == TransportProtocol.UDP ? MAP_UDP : MAP_TCP))
        .putShort((short) 0)
        .putShort((short) internalPort)
        .putShort((short) externalPort)
        .putInt((int) lifetime)
        .array();
  }
}
