package org.m2mx.sipcontainer.digest;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client claims in an Authorization or Proxy-Authorization header (RFC 7616 section 3.4).
 *
 * @param username who it is within the realm
 * @param realm the protection space
 * @param nonce as we gave it out
 * @param uri the digest-uri, as the client wrote it
 * @param response the proof, decoded from hexadecimal
 * @param algorithm the hash the client chose
 * @param cnonce the client's own nonce
 * @param nc how often the client has used this nonce, from 1
 * @param ncText the eight hexadecimal digits that go into the hash
 */
public record DigestCredentials(
    String username,
    String realm,
    String nonce,
    String uri,
    byte[] response,
    DigestAlgorithm algorithm,
    String cnonce,
    long nc,
    String ncText) {

  private static final Pattern NC = Pattern.compile("[0-9a-fA-F]{8}");
  private static final Pattern HEX = Pattern.compile("(?:[0-9a-fA-F]{2})+");

  /**
   * Reads a header value. Only {@code qop=auth} is accepted: without it a server cannot tell a
   * replay (RFC 8760 section 2.6 keeps the older form for compatibility only).
   *
   * @return empty if it is no Digest credential, is malformed, lacks a parameter, or names an
   *     algorithm that is not known
   */
  public static Optional<DigestCredentials> parse(String headerValue) {
    return AuthParams.parse(headerValue).flatMap(DigestCredentials::of);
  }

  private static Optional<DigestCredentials> of(Map<String, String> params) {
    String nc = params.getOrDefault("nc", "");
    String response = params.getOrDefault("response", "");
    Optional<DigestAlgorithm> algorithm =
        DigestAlgorithm.of(params.getOrDefault("algorithm", "MD5"));
    boolean complete =
        params.containsKey("username")
            && params.containsKey("realm")
            && params.containsKey("nonce")
            && params.containsKey("uri")
            && params.containsKey("cnonce")
            && "auth".equals(params.get("qop"))
            && NC.matcher(nc).matches()
            && HEX.matcher(response).matches()
            && algorithm.isPresent();
    if (!complete) {
      return Optional.empty();
    }
    return Optional.of(
        new DigestCredentials(
            params.get("username"),
            params.get("realm"),
            params.get("nonce"),
            params.get("uri"),
            HexFormat.of().parseHex(response),
            algorithm.get(),
            params.get("cnonce"),
            Long.parseLong(nc, 16),
            nc));
  }

  /**
   * The proof that who knows the password gives (RFC 7616 section 3.4.1).
   *
   * @param ha1 H(user:realm:password) by {@link #algorithm}
   * @param method of the request; empty for the server's own proof (RFC 7616 section 3.5)
   */
  public byte[] proof(byte[] ha1, String method) {
    return proof(algorithm, ha1, nonce, ncText, cnonce, method, uri);
  }

  static byte[] proof(
      DigestAlgorithm algorithm,
      byte[] ha1,
      String nonce,
      String ncText,
      String cnonce,
      String method,
      String uri) {
    HexFormat hex = HexFormat.of();
    String ha2 = hex.formatHex(algorithm.hash(method + ':' + uri));
    return algorithm.hash(String.join(":", hex.formatHex(ha1), nonce, ncText, cnonce, "auth", ha2));
  }
}
