package org.m2mx.sipcontainer.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The opening handshake of either side (RFC 6455 section 4), for the subprotocol {@code sip} (RFC
 * 7118 section 4). Extensions are never agreed on: compression would keep memory for each idle
 * connection.
 */
public final class Handshake {
  /** Stands for every origin. */
  public static final String ANY_ORIGIN = "*";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String PROTOCOL = "sip";
  private static final String BAD_REQUEST = "400 Bad Request";
  private static final int KEY_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Handshake() {}

  /**
   * Answers a client.
   *
   * @param request up to and with its empty line
   * @param origins the web origins whose pages may open WebSockets; who names none is no browser
   * @return the answer that opens the WebSocket
   * @throws HandshakeException when it is not opened
   */
  public static byte[] accept(String request, Set<String> origins) throws HandshakeException {
    HttpHead head =
        HttpHead.read(request)
            .orElseThrow(() -> HandshakeException.refused(BAD_REQUEST, "malformed HTTP header"));
    checkRequestLine(head.startLine());
    if (head.single("host").isEmpty()) {
      throw HandshakeException.refused(BAD_REQUEST, "not one Host header");
    }
    if (!head.lists("upgrade", "websocket") || !head.lists("connection", "upgrade")) {
      throw HandshakeException.refused(
          "426 Upgrade Required",
          "Upgrade: websocket",
          "here is SIP over WebSocket and no web page: no Upgrade to websocket asked for");
    }
    if (!head.single("sec-websocket-version").equals(Optional.of("13"))) {
      throw HandshakeException.refused(
          "426 Upgrade Required",
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13",
          "not version 13 of WebSocket");
    }
    String key =
        head.single("sec-websocket-key")
            .filter(Handshake::isKey)
            .orElseThrow(
                () ->
                    HandshakeException.refused(
                        BAD_REQUEST, "Sec-WebSocket-Key is not 16 bytes in Base64"));
    if (!head.lists("sec-websocket-protocol", PROTOCOL)) {
      throw HandshakeException.refused(
          BAD_REQUEST, "the subprotocol sip is not offered (Sec-WebSocket-Protocol)");
    }
    checkOrigin(head, origins);
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: %s\r\n\r\n")
        .formatted(accepted(key), PROTOCOL)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void checkRequestLine(String line) throws HandshakeException {
    String[] parts = line.split(" ");
    if (parts.length != 3 || !parts[1].startsWith("/")) {
      throw HandshakeException.refused(BAD_REQUEST, "malformed HTTP request line");
    } else if (!parts[2].equals("HTTP/1.1")) {
      throw HandshakeException.refused("505 HTTP Version Not Supported", "not HTTP/1.1");
    } else if (!parts[0].equals("GET")) {
      throw HandshakeException.refused("405 Method Not Allowed", "Allow: GET", "not a GET");
    }
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void checkOrigin(HttpHead head, Set<String> origins) throws HandshakeException {
    if (!head.headers().containsKey("origin") || origins.contains(ANY_ORIGIN)) {
      return;
    }
    Optional<String> origin = head.single("origin");
    if (origin.map(o -> o.toLowerCase(Locale.ROOT)).filter(origins::contains).isEmpty()) {
      throw HandshakeException.refused(
          "403 Forbidden",
          "pages of the origin %s may not connect (sip.websocket.origins)"
              .formatted(origin.map(Handshake::printable).orElse("?")));
    }
  }

  private static String printable(String text) {
    return text.replaceAll("[^!-~]", "?");
  }

  private static String accepted(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** A new key of a client. */
  public static String newKey() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /**
   * Asks a server.
   *
   * @param host with port, as in a URI
   * @param key from {@link #newKey()}
   */
  public static byte[] request(String host, String key) {
    return ("GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n"
            + "Sec-WebSocket-Protocol: %s\r\n\r\n")
        .formatted(host, key, PROTOCOL)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Checks a server's answer.
   *
   * @param response up to and with its empty line
   * @param key that it was asked with
   * @throws HandshakeException when it does not open the WebSocket
   */
  public static void confirm(String response, String key) throws HandshakeException {
    HttpHead head =
        HttpHead.read(response)
            .orElseThrow(() -> HandshakeException.broken("the answer is not HTTP"));
    if (!head.startLine().startsWith("HTTP/1.1 101 ")) {
      throw HandshakeException.broken("the server answers " + printable(head.startLine()));
    }
    if (!head.lists("upgrade", "websocket")
        || !head.lists("connection", "upgrade")
        || !head.single("sec-websocket-accept").equals(Optional.of(accepted(key)))
        || !head.single("sec-websocket-protocol").equals(Optional.of(PROTOCOL))
        || head.headers().containsKey("sec-websocket-extensions")) {
      throw HandshakeException.broken("the server's answer opens no WebSocket for SIP");
    }
  }
}
