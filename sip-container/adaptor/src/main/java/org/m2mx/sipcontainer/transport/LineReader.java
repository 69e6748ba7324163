package org.m2mx.sipcontainer.transport;

/**
 * Reads a line from left to right. Once it does not find what it is asked for it has failed, finds
 * nothing any more, and tells so in the end.
 */
final class LineReader {
  /** Characters of one kind, all of them ASCII. */
  static final class Kind {
    private static final String LETTERS_AND_DIGITS =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /** What RFC 3261 section 25.1 calls a token, but for the rarest of its characters. */
    static final Kind TOKEN = lettersDigitsAnd("-.!*_+~");

    static final Kind USER = lettersDigitsAnd("-_.!~*'()+");
    static final Kind URI_PARAMETER = lettersDigitsAnd("-_.!~*'()[]/:&+$");
    static final Kind HOST = lettersDigitsAnd("-._");
    static final Kind ADDRESS = new Kind("0123456789abcdefABCDEF:.");

    private final boolean[] members = new boolean[128];

    private Kind(String characters) {
      characters.chars().forEach(c -> members[c] = true);
    }

    private static Kind lettersDigitsAnd(String others) {
      return new Kind(LETTERS_AND_DIGITS + others);
    }

    private boolean has(char c) {
      return c < members.length && members[c];
    }
  }

  /** Whatever is longer need not fit an int. */
  private static final int MOST_DIGITS = 9;

  private final String line;
  private int position;
  private boolean failed;

  /**
   * @param start where to begin
   */
  LineReader(String line, int start) {
    this.line = line;
    this.position = start;
  }

  /** Passes over spaces and tabs. */
  void skipBlanks() {
    while (next() == ' ' || next() == '\t') {
      position++;
    }
  }

  /** Passes over this text, which has to be there. */
  void expect(String text) {
    if (line.startsWith(text, position)) {
      position += text.length();
    } else {
      fail();
    }
  }

  /** Passes over this text if it is there. */
  boolean accepts(String text) {
    boolean there = !failed && line.startsWith(text, position);
    if (there) {
      position += text.length();
    }
    return there;
  }

  /** Passes over this character if it is there. */
  boolean accepts(char c) {
    boolean there = next() == c;
    if (there) {
      position++;
    }
    return there;
  }

  /** One or more characters of a kind; empty when it has failed. */
  String word(Kind kind) {
    int start = position;
    while (position < line.length() && kind.has(line.charAt(position))) {
      position++;
    }
    if (failed || position == start) {
      fail();
      return "";
    }
    return line.substring(start, position);
  }

  /** A number that fits an int; 0 when it has failed. */
  int number() {
    int start = position;
    int value = 0;
    while (next() >= '0' && next() <= '9' && position - start < MOST_DIGITS) {
      value = 10 * value + next() - '0';
      position++;
    }
    if (position == start || next() >= '0' && next() <= '9') {
      fail();
    }
    return value;
  }

  /** What is left, to the end of the line. */
  String rest() {
    String rest = line.substring(position);
    position = line.length();
    return rest;
  }

  /** Where it is in the line. */
  int position() {
    return position;
  }

  /** Goes back to an earlier position. */
  void back(int earlier) {
    position = earlier;
  }

  /** Whether everything asked for was there. */
  boolean isGood() {
    return !failed;
  }

  /** Whether everything asked for was there, and nothing else is. */
  boolean isDone() {
    return !failed && position == line.length();
  }

  private char next() {
    return failed || position >= line.length() ? '\0' : line.charAt(position);
  }

  private void fail() {
    failed = true;
    position = line.length();
  }
}
