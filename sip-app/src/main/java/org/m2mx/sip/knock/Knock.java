package org.m2mx.sip.knock;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a device asks for: by which protocol and at which of its ports it is to be knocked, and the
 * word by which it knows the knock again. There is no place for an address: it is knocked where the
 * question came from.
 *
 * @param protocol by which protocol
 * @param port 1024 to 65535: below are services of the system's, and no session has its port there
 * @param token 8 to 64 letters and digits
 */
record Knock(Protocol protocol, int port, String token) {
  /** The media type of the question. */
  static final String CONTENT_TYPE = "application/vnd.m2mx.knock";

  private static final int LOWEST_PORT = 1024;
  private static final int HIGHEST_PORT = 65535;
  private static final Pattern FORM =
      Pattern.compile("(tcp|udp) ([1-9][0-9]{0,4}) ([0-9A-Za-z]{8,64})(?:\\r?\\n)?");

  /** By what a device can be knocked at. */
  enum Protocol {
    /** A connection, with the word in it. */
    TCP,
    /** A datagram, with the word in it. */
    UDP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads a question.
   *
   * @param body such as {@code tcp 49200 0a1b2c3d4e5f}
   * @throws IllegalArgumentException if it is none; the message says what one looks like
   */
  static Knock parse(byte[] body) {
    Matcher matcher = FORM.matcher(new String(body, StandardCharsets.US_ASCII));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a knock is asked for by one line, tcp or udp, a port and a word of 8 to 64 letters and"
              + " digits; it goes to the address that the question comes from");
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < LOWEST_PORT || port > HIGHEST_PORT) {
      throw new IllegalArgumentException(
          "port " + port + ": give one from " + LOWEST_PORT + " to " + HIGHEST_PORT);
    }
    return new Knock(
        Protocol.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), port, matcher.group(3));
  }

  /**
   * What goes over the wire. It begins with our name, so that it is no other protocol's command.
   */
  byte[] octets() {
    return ("m2mx-knock " + token + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }
}
