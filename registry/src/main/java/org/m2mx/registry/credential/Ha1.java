package org.m2mx.registry.credential;

import java.util.HexFormat;

/**
 * What digest authentication compares a response against.
 *
 * @param octets H(user:realm:password), or for a decoy as many octets that no password hashes to;
 *     not to be modified
 * @param genuine whether it belongs to an active subscriber. An authenticator does all its work on
 *     a decoy too, and only then refuses: who asks cannot tell an unknown user from a wrong
 *     password
 */
public record Ha1(byte[] octets, boolean genuine) {
  /** The lower-case hexadecimal form that enters the response hash (RFC 7616 section 3.4.1). */
  public String hex() {
    return HexFormat.of().formatHex(octets);
  }

  /** Tells whether it is genuine, never the octets. */
  @Override
  public String toString() {
    return genuine ? "Ha1[genuine]" : "Ha1[decoy]";
  }
}
