package org.m2mx.ua.firewall.pcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.m2mx.ua.firewall.FirewallException;

/**
 * A response as received (RFC 6887 sections 7.2 and 11.1). Options are not looked at: that one is
 * echoed does not prove that it was heeded.
 *
 * @param opcode what it answers
 * @param result 0 for success, see {@link #explain}
 * @param lifetime seconds, 0 to 4294967295: of the mapping, or of the error
 * @param epoch the server's Epoch Time, seconds
 * @param mapping the mapping, if the response speaks of one
 */
record PcpResponse(int opcode, int result, long lifetime, long epoch, Optional<Mapping> mapping) {
  static final int SUCCESS = 0;

  private static final int MAX_LENGTH = 1100;

  private static final String[] RESULTS = {
    "SUCCESS",
    "UNSUPP_VERSION",
    "NOT_AUTHORIZED",
    "MALFORMED_REQUEST",
    "UNSUPP_OPCODE",
    "UNSUPP_OPTION",
    "MALFORMED_OPTION",
    "NETWORK_FAILURE",
    "NO_RESOURCES",
    "UNSUPP_PROTOCOL",
    "USER_EX_QUOTA",
    "CANNOT_PROVIDE_EXTERNAL",
    "ADDRESS_MISMATCH",
    "EXCESSIVE_REMOTE_PEERS"
  };

  /**
   * A mapping.
   *
   * @param nonce of the request
   * @param protocol the protocol's number
   * @param internalPort this side's port
   * @param external by which the outside reaches it
   */
  record Mapping(ByteBuffer nonce, int protocol, int internalPort, InetSocketAddress external) {}

  /**
   * Reads a packet.
   *
   * @param packet holds it
   * @param length how much of it is the packet
   * @throws FirewallException if it is no PCP response
   */
  static PcpResponse parse(byte[] packet, int length) throws FirewallException {
    if (length < PcpRequest.HEADER_LENGTH || length > MAX_LENGTH || length % 4 != 0) {
      throw new FirewallException("a PCP packet of " + length + " octets");
    }
    ByteBuffer in = ByteBuffer.wrap(packet, 0, length);
    int version = in.get() & 0xff;
    int kind = in.get() & 0xff;
    if ((kind & PcpRequest.RESPONSE) == 0) {
      throw new FirewallException("a PCP request where a response was due");
    }
    in.get();
    int result = in.get() & 0xff;
    if (version != PcpRequest.VERSION) {
      throw new FirewallException("PCP version " + version + " with result " + explain(result));
    }
    long lifetime = in.getInt() & 0xffffffffL;
    long epoch = in.getInt() & 0xffffffffL;
    int opcode = kind & ~PcpRequest.RESPONSE;
    boolean mapped =
        opcode == PcpRequest.MAP && length >= PcpRequest.HEADER_LENGTH + PcpRequest.MAP_LENGTH;
    if (opcode == PcpRequest.MAP && result == SUCCESS && !mapped) {
      throw new FirewallException("a PCP mapping of " + length + " octets");
    }
    in.position(PcpRequest.HEADER_LENGTH);
    return new PcpResponse(
        opcode, result, lifetime, epoch, mapped ? Optional.of(mapping(in)) : Optional.empty());
  }

  private static Mapping mapping(ByteBuffer in) {
    byte[] nonce = new byte[PcpRequest.NONCE_LENGTH];
    in.get(nonce);
    int protocol = in.get() & 0xff;
    in.position(in.position() + 3);
    int internalPort = in.getShort() & 0xffff;
    int externalPort = in.getShort() & 0xffff;
    byte[] address = new byte[16];
    in.get(address);
    try {
      return new Mapping(
          ByteBuffer.wrap(nonce),
          protocol,
          internalPort,
          new InetSocketAddress(InetAddress.getByAddress(address), externalPort));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 octets are an address", e);
    }
  }

  /** Names a result code (RFC 6887 section 7.4). */
  static String explain(int result) {
    return result < RESULTS.length ? RESULTS[result] : String.valueOf(result);
  }
}
