package org.m2mx.ua.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An {@code m=} line and what belongs to it (RFC 8866 section 5.14).
 *
 * @param media the media type, such as {@code application}
 * @param port 0 to 65535; 0 means refused or not offered
 * @param protocol the transport, such as {@code TCP/TLS}
 * @param formats what the transport carries, such as {@code m2mx}; at least one
 * @param connection the media's own {@code c=} line, or null if the session's holds
 * @param attributes its {@code a=} lines in their order
 */
public record MediaDescription(
    String media,
    int port,
    String protocol,
    List<String> formats,
    Connection connection,
    List<Attribute> attributes) {

  /** Copies the lists. */
  public MediaDescription {
    formats = List.copyOf(formats);
    attributes = List.copyOf(attributes);
  }

  /**
   * Returns this media refused (RFC 3264 section 6): the same line with port 0 and no attributes.
   */
  public MediaDescription refused() {
    return new MediaDescription(media, 0, protocol, formats, null, List.of());
  }

  /** Returns the value of the first attribute of a name, empty if there is none or no value. */
  Optional<String> attribute(String name) {
    return attributes.stream()
        .filter(attribute -> attribute.name().equals(name) && attribute.value() != null)
        .map(Attribute::value)
        .findFirst();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("m=" + media + " " + port + " " + protocol + " " + String.join(" ", formats));
    if (connection != null) {
      lines.add("c=" + connection);
    }
    attributes.forEach(attribute -> lines.add("a=" + attribute));
    return lines;
  }
}
