package org.m2mx.ua.sdp;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * That a stream goes on by another connection when one is lost: {@code a=m2mx-resume:<window>}. It
 * holds where both the offer and its answer say so.
 *
 * @param window how many octets the side that says so would keep for its program, and for sending
 *     again: 1024 to 1073741824. The smaller of both sides' numbers holds both ways
 */
public record Resumption(int window) {
  private static final String NAME = "m2mx-resume";
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{3,9}");
  private static final int LEAST = 1 << 10;
  private static final int MOST = 1 << 30;

  /** What this user agent says. */
  public static final Resumption OWN = new Resumption(4 * 1024 * 1024);

  /**
   * Reads it from a media line.
   *
   * @return it, or null if the line does not have it
   * @throws SdpException if it is malformed
   */
  static Resumption read(MediaDescription line) throws SdpException {
    Optional<Attribute> said =
        line.attributes().stream().filter(attribute -> attribute.name().equals(NAME)).findFirst();
    if (said.isEmpty()) {
      return null;
    }
    String value = said.get().value();
    if (value != null && NUMBER.matcher(value).matches()) {
      long window = Long.parseLong(value);
      if (window >= LEAST && window <= MOST) {
        return new Resumption((int) window);
      }
    }
    throw new SdpException("a=" + NAME + " is not a number from " + LEAST + " to " + MOST);
  }

  Attribute toAttribute() {
    return new Attribute(NAME, String.valueOf(window));
  }
}
