package org.m2mx.bench.concealment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.load.SipMessage;

/**
 * A device's answers to one challenge, as many as it likes: it counts them (RFC 7616 section 3.4).
 */
final class Digest {
  private static final Pattern NONCE = Pattern.compile("\\bnonce=\"([^\"]*)\"");
  private static final String CNONCE = "0a4f113b";

  private final Device device;
  private String nonce;
  private int count;

  Digest(Device device) {
    this.device = device;
  }

  /** Whether there has been a challenge yet. */
  boolean challenged() {
    return nonce != null;
  }

  /** Takes a new nonce. */
  void challenged(SipMessage challenge) {
    Matcher matcher =
        NONCE.matcher(
            String.valueOf(
                challenge.header(
                    challenge.status() == 407 ? "Proxy-Authenticate" : "WWW-Authenticate")));
    if (!matcher.find()) {
      throw new BenchException("m2mx did not challenge but answered " + challenge.startLine());
    }
    nonce = matcher.group(1);
    count = 0;
  }

  /** The header line for a request to a proxy, ended. */
  String answer(String method, String uri) {
    String nc = "%08x".formatted(++count);
    String ha1 = hash(device.user() + ':' + device.domain() + ':' + device.password());
    String ha2 = hash(method + ':' + uri);
    String response = hash(ha1 + ':' + nonce + ':' + nc + ':' + CNONCE + ":auth:" + ha2);
    return ("Proxy-Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\","
            + " response=\"%s\", algorithm=SHA-256, qop=auth, nc=%s, cnonce=\"%s\"\r\n")
        .formatted(device.user(), device.domain(), nonce, uri, response, nc, CNONCE);
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
