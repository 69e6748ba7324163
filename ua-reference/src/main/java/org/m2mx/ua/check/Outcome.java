package org.m2mx.ua.check;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What became of a case.
 *
 * @param id the case's name, which stays
 * @param section the RFC and section that ask for it
 * @param title what is asked for
 * @param verdict how it was
 * @param why what was missing, or why it was skipped; empty if it passed
 * @param messages what went over the wire, in its order; credentials left out
 * @param took how long
 */
public record Outcome(
    String id,
    String section,
    String title,
    Verdict verdict,
    String why,
    List<String> messages,
    Duration took) {

  /** How a case was. */
  public enum Verdict {
    /** The other side did what is asked for. */
    PASS,
    /** It did not. */
    FAIL,
    /** It was not asked. */
    SKIP;

    /** Returns the word for people and programs. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the messages. */
  public Outcome {
    messages = List.copyOf(messages);
  }
}
