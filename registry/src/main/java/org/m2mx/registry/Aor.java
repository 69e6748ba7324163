package org.m2mx.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * An address of record: the public name of a subscriber, such as {@code sip:video@m2m-x.example}
 * (RFC 3261 section 6), in the canonical form of section 10.3 step 5. Two names for the same
 * subscriber are equal.
 *
 * <p>The user part is case-sensitive, the domain is not. A {@code sips:} name is the same address
 * of record as its {@code sip:} twin (RFC 5630 section 3.3).
 *
 * @param user the user part with escapes decoded; 1 to {@value #MAX_USER_OCTETS} octets of UTF-8,
 *     no control characters and no colon, which digest authentication could not tell from its
 *     separator
 * @param domain the domain in lower case, at most 253 characters
 */
public record Aor(String user, String domain) implements Serializable {
  /** The longest user part, in octets of UTF-8. */
  public static final int MAX_USER_OCTETS = 64;

  private static final String UNESCAPED_MARKS = "-_.!~*'()&=+$,;?/";
  private static final int LONGEST_TEXT = 5 + 3 * MAX_USER_OCTETS + 1 + DomainName.MAX_LENGTH + 1;

  /**
   * Checks the user part and puts the domain into lower case.
   *
   * @throws IllegalArgumentException when either part is not allowed; the message says why
   */
  public Aor {
    Objects.requireNonNull(user, "user");
    checkUser(user);
    domain = DomainName.normalise(Objects.requireNonNull(domain, "domain"));
  }

  /**
   * Reads an address of record from its URI.
   *
   * @param text a {@code sip:} or {@code sips:} URI of user and domain only
   * @return the address of record, never null
   * @throws IllegalArgumentException when it is not one; the message says what is wrong
   */
  public static Aor parse(String text) {
    Objects.requireNonNull(text, "text");
    if (text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "The address has " + text.length() + " characters, " + LONGEST_TEXT + " are allowed");
    }
    var schemeEnd = text.indexOf(':');
    var scheme = schemeEnd < 0 ? "" : text.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
    if (!scheme.equals("sip") && !scheme.equals("sips")) {
      throw malformed(text, "it does not begin with sip:");
    }
    var rest = text.substring(schemeEnd + 1);
    var at = rest.indexOf('@');
    if (at < 0) {
      throw malformed(text, "there is no @ between user and domain");
    }
    var host = rest.substring(at + 1);
    if (host.indexOf(';') >= 0 || host.indexOf('?') >= 0) {
      throw malformed(text, "URI parameters and headers are no part of an address of record");
    }
    if (host.indexOf(':') >= 0) {
      throw malformed(text, "a port is no part of an address of record");
    }
    return new Aor(unescape(text, rest.substring(0, at)), host);
  }

  /**
   * The canonical URI, {@code sip:user@domain}, with what the user part may not hold bare escaped.
   */
  @Override
  public String toString() {
    var text = new StringBuilder("sip:");
    for (byte octet : user.getBytes(UTF_8)) {
      if (standsBare(octet)) {
        text.append((char) octet);
      } else {
        text.append('%').append(String.format("%02X", octet & 0xFF));
      }
    }
    return text.append('@').append(domain).toString();
  }

  private static void checkUser(String user) {
    if (user.isEmpty()) {
      throw new IllegalArgumentException("The user part is empty");
    }
    if (!UTF_8.newEncoder().canEncode(user)) {
      throw new IllegalArgumentException("The user part holds half a surrogate pair");
    }
    var octets = user.getBytes(UTF_8).length;
    if (octets > MAX_USER_OCTETS) {
      throw new IllegalArgumentException(
          "The user part has " + octets + " octets, " + MAX_USER_OCTETS + " are allowed");
    }
    if (user.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("The user part holds a control character");
    }
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "The user part \"" + Printable.excerpt(user) + "\" holds a colon");
    }
  }

  private static String unescape(String text, String user) {
    var octets = new ByteArrayOutputStream(user.length());
    for (int i = 0; i < user.length(); i++) {
      var c = user.charAt(i);
      if (c == '%') {
        octets.write(escapedOctet(text, user, i));
        i += 2;
      } else if (c == ':') {
        throw malformed(text, "a password is no part of an address of record");
      } else if (c < 0x80 && standsBare((byte) c)) {
        octets.write(c);
      } else {
        throw malformed(text, "the user part holds a character that must be written as %XX");
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw malformed(text, "its %XX escapes are not UTF-8");
    }
  }

  private static int escapedOctet(String text, String user, int percent) {
    if (percent + 2 < user.length()) {
      var high = user.charAt(percent + 1);
      var low = user.charAt(percent + 2);
      if (HexFormat.isHexDigit(high) && HexFormat.isHexDigit(low)) {
        return HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low);
      }
    }
    throw malformed(text, "a % is not followed by two hexadecimal digits");
  }

  private static boolean standsBare(byte octet) {
    return octet >= 'a' && octet <= 'z'
        || octet >= 'A' && octet <= 'Z'
        || octet >= '0' && octet <= '9'
        || UNESCAPED_MARKS.indexOf(octet) >= 0;
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException(
        "\""
            + Printable.excerpt(text)
            + "\" is not an address of record such as sip:alice@m2m-x.example: "
            + why);
  }
}
