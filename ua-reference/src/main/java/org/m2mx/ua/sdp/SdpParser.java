package org.m2mx.ua.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a session description line by line in the order of RFC 8866 section 9. Lines that say
 * nothing about data (information, bandwidth, time zones) are checked for their place and dropped.
 */
final class SdpParser {
  private static final int LARGEST = 64 * 1024;
  private static final Pattern LINE = Pattern.compile("([a-z])=([^\\x00-\\x1f]*)");
  private static final Pattern ORIGIN = Pattern.compile("\\S+ \\d{1,20} \\d{1,20} IN IP[46] \\S+");
  private static final Pattern MEDIA =
      Pattern.compile("(\\S+) (\\d{1,5})(?:/\\d{1,5})? (\\S+)((?: \\S+)+)");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([!#$%&'*+\\-.0-9A-Z^_`a-z{|}~]+)(?::(.+))?");

  private final List<String> lines;
  private int next;

  SdpParser(String text) throws SdpException {
    if (text.length() > LARGEST) {
      throw new SdpException("session description of more than 64 KiB");
    }
    lines = List.of(text.split("\r?\n", -1));
  }

  SessionDescription parse() throws SdpException {
    String version = required('v');
    if (!version.equals("0")) {
      throw wrong("unknown version v=" + version);
    }
    String origin = required('o');
    if (!ORIGIN.matcher(origin).matches()) {
      throw wrong("malformed o=" + origin);
    }
    required('s');
    skip("i");
    skip("u");
    skipAll("e");
    skipAll("p");
    Connection connection = connection();
    skipAll("b");
    required('t');
    skipAll("trz");
    skip("k");
    List<Attribute> attributes = attributes();
    List<MediaDescription> media = new ArrayList<>();
    while (at('m')) {
      media.add(media());
    }
    if (next < lines.size() && !(next == lines.size() - 1 && lines.get(next).isEmpty())) {
      throw wrong("unexpected \"" + lines.get(next) + "\"");
    }
    return new SessionDescription(origin, connection, attributes, media);
  }

  private MediaDescription media() throws SdpException {
    Matcher matcher = MEDIA.matcher(lines.get(next).substring(2));
    if (!matcher.matches()) {
      throw wrong("malformed " + lines.get(next));
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port > 65535) {
      throw wrong("port " + port + " is above 65535");
    }
    next++;
    skip("i");
    Connection connection = connection();
    if (at('c')) {
      throw wrong("a second c= line");
    }
    skipAll("b");
    skip("k");
    return new MediaDescription(
        matcher.group(1),
        port,
        matcher.group(3),
        List.of(matcher.group(4).substring(1).split(" ")),
        connection,
        attributes());
  }

  private List<Attribute> attributes() throws SdpException {
    List<Attribute> attributes = new ArrayList<>();
    while (at('a')) {
      Matcher matcher = ATTRIBUTE.matcher(lines.get(next).substring(2));
      if (!matcher.matches()) {
        throw wrong("malformed " + lines.get(next));
      }
      attributes.add(new Attribute(matcher.group(1), matcher.group(2)));
      next++;
    }
    return attributes;
  }

  private Connection connection() throws SdpException {
    return at('c') ? Connection.parse(required('c')) : null;
  }

  private boolean at(char type) throws SdpException {
    if (next >= lines.size() || lines.get(next).isEmpty()) {
      return false;
    }
    if (!LINE.matcher(lines.get(next)).matches()) {
      throw wrong("not a line of the form x=value");
    }
    return lines.get(next).charAt(0) == type;
  }

  private String required(char type) throws SdpException {
    if (!at(type)) {
      throw wrong("no " + type + "= line where there must be one");
    }
    return lines.get(next++).substring(2);
  }

  private void skip(String types) throws SdpException {
    if (next < lines.size()
        && !lines.get(next).isEmpty()
        && at(lines.get(next).charAt(0))
        && types.indexOf(lines.get(next).charAt(0)) >= 0) {
      next++;
    }
  }

  private void skipAll(String types) throws SdpException {
    int before;
    do {
      before = next;
      skip(types);
    } while (next != before);
  }

  private SdpException wrong(String problem) {
    return new SdpException(problem + " (line " + (next + 1) + " of the session description)");
  }
}
