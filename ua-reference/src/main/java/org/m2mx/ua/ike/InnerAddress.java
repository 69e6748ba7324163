package org.m2mx.ua.ike;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * A device's address inside a tunnel: a unique local one (RFC 4193). Its first half belongs to the
 * device and its peer, its second half to the session too. Both are hashes of what both sides know,
 * so that nothing has to be agreed on and nobody can choose another's.
 */
final class InnerAddress {
  /** How many bits are the same in all tunnels between two devices. */
  static final int PREFIX_LENGTH = 64;

  private static final byte UNIQUE_LOCAL = (byte) 0xfd;
  private static final int OCTETS = 16;
  private static final int HALF = PREFIX_LENGTH / Byte.SIZE;

  private InnerAddress() {}

  /** Returns the address of who has the one certificate towards who has the other. */
  static InetAddress of(String tunnel, X509Certificate own, X509Certificate peer) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(own.getEncoded());
      byte[] pair = hash.digest(peer.getEncoded());
      hash.update(pair);
      byte[] session = hash.digest(tunnel.getBytes(StandardCharsets.US_ASCII));
      byte[] address = new byte[OCTETS];
      address[0] = UNIQUE_LOCAL;
      System.arraycopy(pair, 0, address, 1, HALF - 1);
      System.arraycopy(session, 0, address, HALF, HALF);
      return InetAddress.getByAddress(address);
    } catch (NoSuchAlgorithmException | CertificateEncodingException | UnknownHostException e) {
      throw new IllegalStateException("a certificate has a hash, of which 16 octets are", e);
    }
  }
}
