package org.m2mx.ua.data;

/**
 * The order in which records of a client's last flight may reach Bouncy Castle's server. Once that
 * has taken ChangeCipherSpec it reads nothing any more of what was sent before, not even when it is
 * sent again: a CertificateVerify that was lost, or overtaken, would be missed for good. So
 * ChangeCipherSpec is left out until CertificateVerify has come; the client sends both again.
 */
final class FlightOrder {
  private static final int HEADER = 13;
  private static final int EPOCH = 3;
  private static final int LENGTH = 11;
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int HANDSHAKE = 22;
  private static final int CERTIFICATE_VERIFY = 15;

  private boolean verified;

  private FlightOrder(boolean verified) {
    this.verified = verified;
  }

  /** Of a server that asks its client for a certificate. */
  static FlightOrder ofServer() {
    return new FlightOrder(false);
  }

  /** Any. */
  static FlightOrder ofClient() {
    return new FlightOrder(true);
  }

  /**
   * Lets a datagram pass, but for what comes too early.
   *
   * @param datagram records (RFC 6347 section 4.1), as far as they are well formed
   * @return how much of it is left, in its place
   */
  int pass(byte[] datagram, int offset, int length) {
    int end = offset + length;
    for (int at = offset; !verified && at + HEADER < end; ) {
      int next = at + HEADER + number(datagram, at + LENGTH);
      if (number(datagram, at + EPOCH) == 0) {
        if (datagram[at] == CHANGE_CIPHER_SPEC) {
          return at - offset;
        }
        verified = datagram[at] == HANDSHAKE && datagram[at + HEADER] == CERTIFICATE_VERIFY;
      }
      at = next;
    }
    return length;
  }

  private static int number(byte[] octets, int at) {
    return (octets[at] & 0xff) << Byte.SIZE | octets[at + 1] & 0xff;
  }
}
