package org.m2mx.sipcontainer.digest;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * One WWW-Authenticate or Proxy-Authenticate value (RFC 7616 section 3.3).
 *
 * @param realm whose user is asked for a proof
 * @param nonce to make the proof with
 * @param opaque to be sent back; empty when there is none
 * @param algorithm the hash to use
 * @param stale whether the credentials were right but for their nonce
 */
public record DigestChallenge(
    String realm, String nonce, Optional<String> opaque, DigestAlgorithm algorithm, boolean stale) {

  /**
   * Reads a header value.
   *
   * @return empty if it is no Digest challenge, is malformed, names an algorithm that is not known,
   *     or does not offer {@code qop=auth}, without which a server cannot tell a replay
   */
  public static Optional<DigestChallenge> parse(String headerValue) {
    return AuthParams.parse(headerValue).flatMap(DigestChallenge::of);
  }

  private static Optional<DigestChallenge> of(Map<String, String> params) {
    boolean protection =
        Arrays.stream(params.getOrDefault("qop", "").split(","))
            .anyMatch(offered -> offered.strip().equalsIgnoreCase("auth"));
    return params.containsKey("realm") && params.containsKey("nonce") && protection
        ? DigestAlgorithm.of(params.getOrDefault("algorithm", "MD5"))
            .map(
                algorithm ->
                    new DigestChallenge(
                        params.get("realm"),
                        params.get("nonce"),
                        Optional.ofNullable(params.get("opaque")),
                        algorithm,
                        "true".equalsIgnoreCase(params.get("stale"))))
        : Optional.empty();
  }

  /** The header value. */
  public String text() {
    return "Digest realm=%s, nonce=%s%s, algorithm=%s, qop=\"auth\"%s"
        .formatted(
            quoted(realm),
            quoted(nonce),
            opaqueText(),
            algorithm.token(),
            stale ? ", stale=true" : "");
  }

  /**
   * Answers it, for a nonce that was not used before.
   *
   * @param user the user's name
   * @param password never kept
   * @param method of the request
   * @param uri its Request-URI
   * @param cnonce a random text of the client's own
   * @return the value of an Authorization or Proxy-Authorization header
   */
  public String answer(String user, String password, String method, String uri, String cnonce) {
    String first = "00000001";
    byte[] proof =
        DigestCredentials.proof(
            algorithm, algorithm.ha1(user, realm, password), nonce, first, cnonce, method, uri);
    return String.join(
            ", ",
            "Digest username=" + quoted(user),
            "realm=" + quoted(realm),
            "nonce=" + quoted(nonce),
            "uri=" + quoted(uri),
            "response=\"" + HexFormat.of().formatHex(proof) + '"',
            "algorithm=" + algorithm.token(),
            "cnonce=" + quoted(cnonce),
            "qop=auth",
            "nc=" + first)
        + opaqueText();
  }

  private String opaqueText() {
    return opaque.map(text -> ", opaque=" + quoted(text)).orElse("");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
