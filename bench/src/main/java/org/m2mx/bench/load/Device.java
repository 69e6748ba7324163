package org.m2mx.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A subscriber's device: its name and what it proves itself with.
 *
 * @param user the user part
 * @param domain the domain, which is also the realm
 * @param password the password
 */
public record Device(String user, String domain, String password) {
  private static final Pattern ALGORITHM =
      Pattern.compile("algorithm=\"?SHA-256\"?(?:[,\\s]|$)", Pattern.CASE_INSENSITIVE);
  private static final Pattern REALM = Pattern.compile("realm=\"([^\"]*)\"");
  private static final Pattern NONCE = Pattern.compile("\\bnonce=\"([^\"]*)\"");
  private static final String CNONCE = "0a4f113b";

  /** The one of a number, as both servers have it. */
  public static Device number(int number) {
    return new Device("u%06d".formatted(number), "m2m-x.example", "secret-%06d".formatted(number));
  }

  /** Its address of record. */
  public String aor() {
    return "sip:" + user + '@' + domain;
  }

  /**
   * Answers a challenge with SHA-256 and {@code qop=auth} (RFC 7616 section 3.4, RFC 8760).
   *
   * @param challenged a 401 or 407
   * @param method the request's method
   * @param uri its Request-URI
   * @return the header line, ended; empty when the challenge offers no SHA-256
   */
  public Optional<String> credentials(SipMessage challenged, String method, String uri) {
    boolean proxy = challenged.status() == 407;
    return challenged.headers(proxy ? "Proxy-Authenticate" : "WWW-Authenticate").stream()
        .filter(challenge -> ALGORITHM.matcher(challenge).find())
        .findFirst()
        .map(challenge -> answer(challenge, method, uri))
        .map(answer -> (proxy ? "Proxy-Authorization: " : "Authorization: ") + answer + "\r\n");
  }

  private String answer(String challenge, String method, String uri) {
    String realm = group(REALM, challenge);
    String nonce = group(NONCE, challenge);
    String ha1 = hash(user + ':' + realm + ':' + password);
    String ha2 = hash(method + ':' + uri);
    String response = hash(ha1 + ':' + nonce + ":00000001:" + CNONCE + ":auth:" + ha2);
    return ("Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\","
            + " algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"%s\"")
        .formatted(user, realm, nonce, uri, response, CNONCE);
  }

  private static String group(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks SHA-256", e);
    }
  }
}
