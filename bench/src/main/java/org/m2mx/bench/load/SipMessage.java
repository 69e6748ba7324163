package org.m2mx.bench.load;

import java.util.ArrayList;
import java.util.List;

/**
 * A received message, of which only what the load needs is looked at.
 *
 * @param text the whole message; header names are expected in full, as servers write them
 */
public record SipMessage(String text) {
  private static final String LINE_END = "\r\n";
  private static final int STATUS_AT = "SIP/2.0 ".length();

  /** Whether it is a response. */
  public boolean isResponse() {
    return text.startsWith("SIP/2.0 ");
  }

  /**
   * The status code of a response.
   *
   * @throws IllegalStateException when it is a request
   */
  public int status() {
    if (!isResponse() || text.length() < STATUS_AT + 3) {
      throw new IllegalStateException("not a response: " + startLine());
    }
    return Integer.parseInt(text.substring(STATUS_AT, STATUS_AT + 3));
  }

  /** The method of a request, or of what a response answers. */
  public String method() {
    if (isResponse()) {
      String cseq = header("CSeq");
      return cseq == null ? "" : cseq.substring(cseq.indexOf(' ') + 1);
    }
    return text.substring(0, Math.max(0, text.indexOf(' ')));
  }

  /** The first line. */
  public String startLine() {
    int end = text.indexOf(LINE_END);
    return end < 0 ? text : text.substring(0, end);
  }

  /** The first header field of a name; null when there is none. */
  public String header(String name) {
    List<String> all = headers(name);
    return all.isEmpty() ? null : all.get(0);
  }

  /** Every header field of a name, in order. */
  public List<String> headers(String name) {
    List<String> found = new ArrayList<>(2);
    int line = text.indexOf(LINE_END);
    while (line >= 0) {
      int start = line + LINE_END.length();
      int end = text.indexOf(LINE_END, start);
      if (end <= start) {
        break;
      }
      if (text.regionMatches(true, start, name, 0, name.length())
          && text.charAt(start + name.length()) == ':') {
        found.add(text.substring(start + name.length() + 1, end).strip());
      }
      line = end;
    }
    return found;
  }

  /** The header fields of a name as lines, each ended; empty when there is none. */
  public String lines(String name) {
    StringBuilder lines = new StringBuilder();
    for (String value : headers(name)) {
      lines.append(name).append(": ").append(value).append(LINE_END);
    }
    return lines.toString();
  }

  /** The URI between angle brackets, or the value up to its parameters. */
  public static String uri(String address) {
    int open = address.indexOf('<');
    if (open >= 0) {
      return address.substring(open + 1, address.indexOf('>', open));
    }
    int semicolon = address.indexOf(';');
    return semicolon < 0 ? address : address.substring(0, semicolon);
  }
}
