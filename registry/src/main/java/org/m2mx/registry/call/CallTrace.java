package org.m2mx.registry.call;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.m2mx.registry.call.RuleVerdict.Outcome;

/**
 * How a call came to its result: the rules first, then the messages in the order in which the
 * server saw them.
 *
 * @param rules every rule and its verdict
 * @param messages what was sent between whom
 */
public record CallTrace(List<RuleVerdict> rules, List<Message> messages) {
  private static final String SEPARATOR = "\t";
  private static final String RULE = "rule";
  private static final String MESSAGE = "message";
  private static final char DELETE = 0x7f;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** Where messages come from and go to. */
  public enum Station {
    /** The caller's device. */
    CALLER,
    /** This server. */
    SERVER,
    /** A device of the callee. */
    CALLEE
  }

  /**
   * A message.
   *
   * @param at when the server saw it
   * @param from who sent it
   * @param to who got it
   * @param what method or status and reason phrase, such as {@code 180 Ringing}; cut to {@value
   *     #LONGEST_TEXT} characters
   * @param device host and port of the caller's or callee's device; empty when it is not known
   */
  public record Message(Instant at, Station from, Station to, String what, String device) {
    /** The longest text, in characters. */
    public static final int LONGEST_TEXT = 80;

    /** Checks for null, cuts the text, and the time to what the database keeps. */
    public Message {
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(to, "to");
      at = at.truncatedTo(ChronoUnit.MICROS);
      what = printable(what);
      what = what.length() > LONGEST_TEXT ? what.substring(0, LONGEST_TEXT) : what;
      device = printable(device);
    }
  }

  /** Copies the lists. */
  public CallTrace {
    rules = List.copyOf(rules);
    messages = List.copyOf(messages);
  }

  /** As the database keeps it: a line each, fields between tabs. */
  String text() {
    var text = new StringBuilder();
    rules.forEach(
        rule ->
            line(text, RULE, rule.rule().name(), rule.outcome().name(), printable(rule.detail())));
    messages.forEach(
        message ->
            line(
                text,
                MESSAGE,
                message.at().toString(),
                message.from().name(),
                message.to().name(),
                message.what(),
                message.device()));
    return text.toString();
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException when it did not
   */
  static CallTrace parse(String text) {
    var rules = new ArrayList<RuleVerdict>();
    var messages = new ArrayList<Message>();
    text.lines()
        .map(line -> line.split(SEPARATOR, -1))
        .forEach(
            fields -> {
              switch (fields[0]) {
                case RULE ->
                    rules.add(
                        new RuleVerdict(
                            CallRule.valueOf(fields[1]), Outcome.valueOf(fields[2]), fields[3]));
                case MESSAGE ->
                    messages.add(
                        new Message(
                            Instant.parse(fields[1]),
                            Station.valueOf(fields[2]),
                            Station.valueOf(fields[3]),
                            fields[4],
                            fields[5]));
                default -> throw new IllegalArgumentException("no trace has a " + fields[0]);
              }
            });
    return new CallTrace(rules, messages);
  }

  private static void line(StringBuilder text, String... fields) {
    text.append(String.join(SEPARATOR, fields)).append('\n');
  }

  /** Without control characters, lines and fields end where they should. */
  private static String printable(String text) {
    return text.chars().anyMatch(CallTrace::isControl)
        ? CONTROL.matcher(text).replaceAll(" ")
        : text;
  }

  private static boolean isControl(int character) {
    return character < ' ' || character == DELETE;
  }
}
