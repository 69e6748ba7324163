package org.m2mx.ua.digest;

/**
 * An answer to a challenge (RFC 7616 section 3.4), the value of an Authorization or
 * Proxy-Authorization header.
 *
 * @param username who answers
 * @param challenge what is answered
 * @param algorithm the hash function
 * @param uri the digest-uri: the Request-URI
 * @param cnonce the client's nonce
 * @param count how many requests have used this nonce, this one included; 1 or more
 * @param response the proof, hexadecimal digits
 */
public record DigestCredentials(
    String username,
    DigestChallenge challenge,
    DigestAlgorithm algorithm,
    String uri,
    String cnonce,
    int count,
    String response) {

  /**
   * Computes the answer for {@code qop=auth} (RFC 7616 section 3.4.1).
   *
   * @param username the user name
   * @param password the password
   * @param challenge one whose {@link DigestChallenge#answerable()} is present
   * @param method the request's method
   * @param uri the request's Request-URI
   * @param cnonce the client's nonce
   * @param count the nonce count, 1 or more
   * @return the credentials
   */
  public static DigestCredentials answer(
      String username,
      String password,
      DigestChallenge challenge,
      String method,
      String uri,
      String cnonce,
      int count) {
    DigestAlgorithm h = challenge.answerable().orElseThrow();
    String ha1 = h.hash(username + ":" + challenge.realm() + ":" + password);
    String ha2 = h.hash(method + ":" + uri);
    String response =
        h.hash(String.join(":", ha1, challenge.nonce(), hexCount(count), cnonce, "auth", ha2));
    return new DigestCredentials(username, challenge, h, uri, cnonce, count, response);
  }

  /** Returns the header's value, {@code Digest username="…", …}. */
  public String headerValue() {
    StringBuilder text = new StringBuilder("Digest ");
    text.append("username=").append(quoted(username));
    text.append(",realm=").append(quoted(challenge.realm()));
    text.append(",nonce=").append(quoted(challenge.nonce()));
    text.append(",uri=").append(quoted(uri));
    text.append(",response=").append(quoted(response));
    text.append(",algorithm=").append(algorithm.token());
    text.append(",cnonce=").append(quoted(cnonce));
    if (challenge.opaque() != null) {
      text.append(",opaque=").append(quoted(challenge.opaque()));
    }
    text.append(",qop=auth,nc=").append(hexCount(count));
    return text.toString();
  }

  private static String hexCount(int count) {
    return String.format("%08x", count);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
