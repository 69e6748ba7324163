package org.m2mx.ua.firewall.pcp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.m2mx.ua.firewall.FirewallException;

/** A response of NAT-PMP as received (RFC 6886 sections 3.2, 3.3 and 3.5). */
sealed interface NatPmpResponse {
  /** The bit of the opcode's octet that marks a response. */
  int RESPONSE = 0x80;

  int SUCCESS = 0;
  int HEADER_LENGTH = 8;
  int ADDRESS_LENGTH = 12;
  int MAPPING_LENGTH = 16;

  /** Returns what it answers. */
  int opcode();

  /** Returns 0 for success, see {@link #explain}. */
  int result();

  /** Returns how long the gateway has been up, or has known its address; seconds. */
  long epoch();

  /**
   * The gateway's address outside.
   *
   * @param epoch see {@link NatPmpResponse#epoch}
   * @param address 0.0.0.0 if it has none
   */
  record ExternalAddress(long epoch, InetAddress address) implements NatPmpResponse {
    @Override
    public int opcode() {
      return NatPmpRequest.EXTERNAL_ADDRESS;
    }

    @Override
    public int result() {
      return SUCCESS;
    }
  }

  /**
   * A mapping.
   *
   * @param opcode tells the protocol
   * @param epoch see {@link NatPmpResponse#epoch}
   * @param internalPort this side's port
   * @param externalPort the gateway's
   * @param lifetime seconds, 0 to 4294967295
   */
  record Mapping(int opcode, long epoch, int internalPort, int externalPort, long lifetime)
      implements NatPmpResponse {
    @Override
    public int result() {
      return SUCCESS;
    }
  }

  /**
   * A refusal.
   *
   * @param opcode of what
   * @param result why
   * @param epoch see {@link NatPmpResponse#epoch}
   */
  record Refusal(int opcode, int result, long epoch) implements NatPmpResponse {}

  /**
   * Reads a packet.
   *
   * @param packet holds it
   * @param length how much of it is the packet
   * @throws FirewallException if it is no response of NAT-PMP
   */
  static NatPmpResponse parse(byte[] packet, int length) throws FirewallException {
    if (length < HEADER_LENGTH || length > MAPPING_LENGTH) {
      throw new FirewallException("a NAT-PMP packet of " + length + " octets");
    }
    ByteBuffer in = ByteBuffer.wrap(packet, 0, length);
    int version = in.get();
    int kind = in.get() & 0xff;
    if (version != NatPmpRequest.VERSION || (kind & RESPONSE) == 0) {
      throw new FirewallException("a packet that is no NAT-PMP response");
    }
    int opcode = kind & ~RESPONSE;
    int result = in.getShort() & 0xffff;
    long epoch = in.getInt() & 0xffffffffL;
    if (result != SUCCESS) {
      return new Refusal(opcode, result, epoch);
    }
    boolean address = opcode == NatPmpRequest.EXTERNAL_ADDRESS;
    if (length != (address ? ADDRESS_LENGTH : MAPPING_LENGTH)) {
      throw new FirewallException(
          "a NAT-PMP response to opcode " + opcode + " of " + length + " octets");
    }
    return address
        ? new ExternalAddress(epoch, address(in))
        : new Mapping(
            opcode,
            epoch,
            in.getShort() & 0xffff,
            in.getShort() & 0xffff,
            in.getInt() & 0xffffffffL);
  }

  private static InetAddress address(ByteBuffer in) {
    byte[] octets = new byte[Integer.BYTES];
    in.get(octets);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 octets are an address", e);
    }
  }

  /** Names a result code (RFC 6886 section 3.5). */
  static String explain(int result) {
    return switch (result) {
      case SUCCESS -> "success";
      case 1 -> "unsupported version";
      case 2 -> "not authorized or refused";
      case 3 -> "network failure";
      case 4 -> "out of resources";
      case 5 -> "unsupported opcode";
      default -> "result " + result;
    };
  }
}
