package org.m2mx.sipcontainer.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import gov.nist.javax.sip.SIPConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sip.message.Request;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/**
 * What has to be known of a message to let it wait in its place, and of a request to refuse it,
 * read without parsing the rest: a sixth of the work. Only of messages that are written plainly:
 * one Call-ID, and no line that means different things to different readers.
 */
final class MessageHead {
  private static final String END = "\r\n";
  private static final String BRANCH = ";branch=";
  private static final String RPORT = ";rport";
  private static final String TAG = ";tag=";

  private static final String RESPONSE = "SIP/";

  /** Null in a response. */
  private final String method;

  private final SipChannel channel;
  private final List<String> vias = new ArrayList<>(2);
  private String from;
  private String to;
  private String callId;
  private String cseq;
  private String route = "";
  private final List<String> proofs = new ArrayList<>(1);

  private MessageHead(String method, SipChannel channel) {
    this.method = method;
    this.channel = channel;
  }

  /**
   * Reads a head.
   *
   * @param message as it came
   * @param channel what it came through
   * @return empty for a message that needs a parser
   */
  static Optional<MessageHead> of(byte[] message, SipChannel channel) {
    String text = new String(message, ISO_8859_1);
    int space = text.indexOf(' ');
    int lineEnd = text.indexOf(END);
    if (space < 1 || lineEnd < space) {
      return Optional.empty();
    }
    String method = text.startsWith(RESPONSE) ? null : text.substring(0, space);
    MessageHead head = new MessageHead(method, channel);
    int start = lineEnd + END.length();
    for (int end = text.indexOf(END, start); end != start; end = text.indexOf(END, start)) {
      int last = lastEnd(text, end);
      if (last < 0
          || !(last == end
              ? head.takes(text, start, end)
              : head.takesFolded(text.substring(start, last)))) {
        return Optional.empty();
      }
      start = last + END.length();
    }
    return isMissing(head.callId) || !isAscii(head.callId) ? Optional.empty() : Optional.of(head);
  }

  /** Where a header ends whose first line ends here; -1 when it does not. */
  private static int lastEnd(String text, int firstEnd) {
    int end = firstEnd;
    while (end >= 0 && isBlank(text, end + END.length())) {
      end = text.indexOf(END, end + END.length());
    }
    return end;
  }

  private static boolean isBlank(CharSequence text, int index) {
    return index >= 0
        && index < text.length()
        && (text.charAt(index) == ' ' || text.charAt(index) == '\t');
  }

  /** Takes a header of several lines as if it were one (RFC 3261 section 7.3.1). */
  private boolean takesFolded(String header) {
    String line = unfolded(header);
    return takes(line, 0, line.length());
  }

  /** A blank for each fold; none beside a semicolon or equals sign, where it means nothing. */
  private static String unfolded(String header) {
    StringBuilder line = new StringBuilder(header.length());
    boolean quoted = false;
    int i = 0;
    while (i < header.length()) {
      char c = header.charAt(i);
      if (!header.startsWith(END, i)) {
        quoted ^= c == '"' && (i == 0 || header.charAt(i - 1) != '\\');
        line.append(c);
        i++;
        continue;
      }
      i = afterBlanks(header, i);
      while (!quoted && isBlank(line, line.length() - 1)) {
        line.setLength(line.length() - 1);
      }
      if (quoted || !isSeparator(line, line.length() - 1) && !isSeparator(header, i)) {
        line.append(' ');
      }
    }
    return line.toString();
  }

  /** Where the text goes on after a fold, and those that follow at once. */
  private static int afterBlanks(String header, int fold) {
    int i = fold;
    while (header.startsWith(END, i) || isBlank(header, i)) {
      i += isBlank(header, i) ? 1 : END.length();
    }
    return i;
  }

  private static boolean isSeparator(CharSequence text, int index) {
    return index >= 0
        && index < text.length()
        && (text.charAt(index) == ';' || text.charAt(index) == '=');
  }

  /** Takes a line; returns whether it is a plain one. */
  private boolean takes(String text, int start, int end) {
    int colon = text.indexOf(':', start);
    char first = text.charAt(start);
    if (first == ' ' || first == '\t' || colon < 0 || colon > end || isBroken(text, start, end)) {
      return false;
    }
    String name = text.substring(start, colon).stripTrailing().toLowerCase(Locale.ROOT);
    switch (name) {
      case "via", "v" -> vias.add(text.substring(colon + 1, end).strip());
      case "from", "f" -> from = only(from, text.substring(colon + 1, end));
      case "to", "t" -> to = only(to, text.substring(colon + 1, end));
      case "call-id", "i" -> callId = only(callId, text.substring(colon + 1, end));
      case "cseq" -> cseq = only(cseq, text.substring(colon + 1, end));
      case "route" -> route = route.isEmpty() ? text.substring(colon + 1, end).strip() : route;
      case "authorization", "proxy-authorization" ->
          proofs.add(text.substring(colon + 1, end).strip());
      default -> {
        // Of no concern here.
      }
    }
    return true;
  }

  /** Whether a line has in it what others take for the end of one. */
  private static boolean isBroken(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (text.charAt(i) < ' ' && text.charAt(i) != '\t') {
        return true;
      }
    }
    return false;
  }

  /** Of two the parser has to say what they mean; an empty one is missing. */
  private static String only(String before, String value) {
    return before == null ? value.strip() : "";
  }

  /**
   * Whether it is a request that can be refused for what is read here: with one Via in the topmost,
   * and a branch as of RFC 3261.
   */
  boolean isPlainRequest() {
    if (method == null || vias.isEmpty() || isMissing(from) || isMissing(to)) {
      return false;
    }
    String via = vias.get(0).toLowerCase(Locale.ROOT);
    return !isMissing(cseq)
        && !hasBlanks(to.substring(to.lastIndexOf('>') + 1))
        && cseq.endsWith(' ' + method)
        && via.indexOf(',') < 0
        && via.indexOf('"') < 0
        && via.indexOf(' ', via.indexOf(' ') + 1) < 0
        && via.contains(BRANCH + SIPConstants.BRANCH_MAGIC_COOKIE_LOWER_CASE)
        && !via.contains(";oc")
        && !via.contains(";received")
        && !via.contains(RPORT + "=")
        // Without rport the answer goes to where the Via says, which the parser knows.
        && (hasRport(via) || channel.isReliable() && !via.contains(RPORT));
  }

  /** Blanks may stand about the tag's semicolon and equals sign. */
  private static boolean hasBlanks(String parameters) {
    return parameters.indexOf(' ') >= 0 || parameters.indexOf('\t') >= 0;
  }

  private static boolean isMissing(String value) {
    return value == null || value.isEmpty();
  }

  /** Others are spelt by the parser, as the UTF-8 that they are. */
  private static boolean isAscii(String value) {
    return value.chars().allMatch(c -> c < 0x7F);
  }

  private static boolean hasRport(String via) {
    return via.endsWith(RPORT) || via.contains(RPORT + ';');
  }

  String method() {
    return method;
  }

  boolean isResponse() {
    return method == null;
  }

  boolean isAck() {
    return Request.ACK.equals(method);
  }

  /** What it would do, as it says itself; whether that is true is asked under overload alone. */
  Kind kind() {
    return kind(method, to != null && toTag().isPresent(), !proofs.isEmpty());
  }

  /**
   * What a message would do that is read or parsed.
   *
   * @param method null in a response
   */
  static Kind kind(String method, boolean withinDialog, boolean proven) {
    if (method == null || !RequestCheck.isAnswered(method) || withinDialog) {
      return Kind.BEGUN;
    }
    return proven ? Kind.PROVEN : Kind.NEW;
  }

  String callId() {
    return callId;
  }

  String branch() {
    String via = vias.get(0);
    int start = via.toLowerCase(Locale.ROOT).indexOf(BRANCH) + BRANCH.length();
    int end = via.indexOf(';', start);
    return via.substring(start, end < 0 ? via.length() : end);
  }

  /** As the stack names its transaction. */
  String transaction() {
    return branch().toLowerCase(Locale.ROOT);
  }

  /** The tag of To; empty when there is none. */
  Optional<String> toTag() {
    int start = to.toLowerCase(Locale.ROOT).indexOf(TAG, to.lastIndexOf('>') + 1);
    if (start < 0) {
      return Optional.empty();
    }
    int value = start + TAG.length();
    int end = to.indexOf(';', value);
    return Optional.of(to.substring(value, end < 0 ? to.length() : end).strip());
  }

  /** The first line of Routes; empty when there is none. */
  String route() {
    return route;
  }

  /** The values of Authorization and Proxy-Authorization. */
  List<String> proofs() {
    return proofs;
  }

  /**
   * A response to it (RFC 3261 section 8.2.6).
   *
   * @param status code and reason phrase
   * @param tag for its To, which has none yet or keeps what it has
   * @param header one line more, without its end
   */
  byte[] answer(String status, String tag, String header) {
    StringBuilder answer = new StringBuilder(512);
    answer.append("SIP/2.0 ").append(status).append(END);
    line(answer, "Via: ", marked(vias.get(0)));
    vias.stream().skip(1).forEach(via -> line(answer, "Via: ", via));
    line(answer, "From: ", from);
    line(answer, "To: ", toTag().isPresent() ? to : to + TAG + tag);
    line(answer, "Call-ID: ", callId);
    line(answer, "CSeq: ", cseq);
    line(answer, header, "");
    return answer
        .append("Content-Length: 0")
        .append(END)
        .append(END)
        .toString()
        .getBytes(ISO_8859_1);
  }

  private static void line(StringBuilder answer, String name, String value) {
    answer.append(name).append(value).append(END);
  }

  /** With where it came from (RFC 3581 section 4). */
  private String marked(String via) {
    int rport = via.toLowerCase(Locale.ROOT).indexOf(RPORT);
    String rest = rport < 0 ? "" : via.substring(rport + RPORT.length());
    return (rport < 0 ? via : via.substring(0, rport))
        + RPORT
        + '='
        + channel.remote().getPort()
        + ";received="
        + AddressText.plain(channel.remote().getAddress())
        + rest;
  }
}
