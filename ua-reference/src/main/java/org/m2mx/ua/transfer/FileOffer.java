package org.m2mx.ua.transfer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that is offered to the other side.
 *
 * @param name what the sender calls it; not to be used as a file name before {@link SafeName}
 * @param size in bytes, 0 or more
 * @param sha256 the checksum of all of it, 64 lower-case hexadecimal digits
 */
public record FileOffer(String name, long size, String sha256) {
  private static final Pattern LINE =
      Pattern.compile("file (\\d{1,18}) ([0-9a-f]{64}) ((?:[!-$&-~]|%[0-9A-F]{2}){1,3072})");

  /** Returns the line that offers the file; all but plain ASCII in the name is percent-encoded. */
  String line() {
    StringBuilder line = new StringBuilder("file " + size + " " + sha256 + " ");
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f && octet != '%') {
        line.append((char) octet);
      } else {
        line.append(String.format("%%%02X", octet));
      }
    }
    return line.toString();
  }

  /**
   * Reads such a line.
   *
   * @throws TransferException if it is anything else
   */
  static FileOffer parse(String line) throws TransferException {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new TransferException("The sender said \"" + line + "\" where it had to offer a file");
    }
    return new FileOffer(
        decode(matcher.group(3)), Long.parseLong(matcher.group(1)), matcher.group(2));
  }

  private static String decode(String text) throws TransferException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        octets.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        octets.write(text.charAt(i));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new TransferException("The sender offered a name that is not UTF-8", e);
    }
  }
}
