package org.m2mx.ua.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * A session description (RFC 8866).
 *
 * @param origin the value of {@code o=}
 * @param connection the session's {@code c=} line, or null if each media has its own
 * @param attributes the session's {@code a=} lines
 * @param media its {@code m=} lines in their order
 */
public record SessionDescription(
    String origin,
    Connection connection,
    List<Attribute> attributes,
    List<MediaDescription> media) {

  /** The media type of SIP bodies that hold a session description. */
  public static final String CONTENT_TYPE = "application/sdp";

  /** Copies the lists. */
  public SessionDescription {
    attributes = List.copyOf(attributes);
    media = List.copyOf(media);
  }

  /**
   * Reads a session description.
   *
   * @param text the description, lines ended by CRLF or LF
   * @return the description
   * @throws SdpException if it breaks the grammar of RFC 8866 section 9; the message names the line
   */
  public static SessionDescription parse(String text) throws SdpException {
    return new SdpParser(text).parse();
  }

  /**
   * Finds the address that a media line is about.
   *
   * @param line one of {@link #media()}
   * @return its own connection or else the session's
   * @throws SdpException if there is neither
   */
  Connection connectionOf(MediaDescription line) throws SdpException {
    if (line.connection() != null) {
      return line.connection();
    }
    if (connection == null) {
      throw new SdpException("no c= line for m=" + line.media());
    }
    return connection;
  }

  /**
   * Finds the fingerprints that hold for a media line: its own, or else the session's (RFC 8122
   * section 5).
   *
   * @param line one of {@link #media()}
   * @return all of them, possibly none
   * @throws SdpException if one is malformed
   */
  List<Fingerprint> fingerprintsOf(MediaDescription line) throws SdpException {
    List<Fingerprint> own = fingerprints(line.attributes());
    return own.isEmpty() ? fingerprints(attributes) : own;
  }

  private static List<Fingerprint> fingerprints(List<Attribute> attributes) throws SdpException {
    List<Fingerprint> fingerprints = new ArrayList<>();
    for (Attribute attribute : attributes) {
      if (attribute.name().equals("fingerprint")) {
        fingerprints.add(Fingerprint.parse(attribute.value() == null ? "" : attribute.value()));
      }
    }
    return fingerprints;
  }

  /**
   * Returns the {@code o=} line of the description that follows this one in its session: the same
   * but for a version that is greater by one (RFC 3264 section 8).
   */
  String nextOrigin() {
    String[] parts = origin.split(" ", -1);
    parts[2] = String.valueOf(Long.parseLong(parts[2]) + 1);
    return String.join(" ", parts);
  }

  /** Returns the description as it is sent, each line ended by CRLF. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add("v=0");
    lines.add("o=" + origin);
    lines.add("s=-");
    if (connection != null) {
      lines.add("c=" + connection);
    }
    lines.add("t=0 0");
    attributes.forEach(attribute -> lines.add("a=" + attribute));
    media.forEach(line -> lines.addAll(line.lines()));
    return String.join("\r\n", lines) + "\r\n";
  }
}
