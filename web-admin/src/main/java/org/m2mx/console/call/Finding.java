package org.m2mx.console.call;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a rule came upon, where the trace says it in fixed words and not with a line of a list. The
 * console says these in its own languages.
 */
public enum Finding {
  /** Who is asked about is served. */
  SERVED("ACTIVE"),
  /** Who is asked about is suspended. */
  SUSPENDED("SUSPENDED"),
  /** The ISP of whom is asked about is suspended. */
  ISP_SUSPENDED("ISP SUSPENDED"),
  /** The caller has no account here. */
  NO_CALLER("no subscriber of this service"),
  /** The callee has no account here. */
  NO_CALLEE("no such subscriber"),
  /** The callee's domain is no ISP's here. */
  NO_ISP("no ISP of this service"),
  /** Nothing in the list is about the caller. */
  NO_LINE("no line");

  private final String detail;

  Finding(String detail) {
    this.detail = detail;
  }

  /** The key of the text that says it. */
  String key() {
    return "finding." + name();
  }

  /** The one that the trace words so; empty for a line of a list. */
  static Optional<Finding> of(String detail) {
    return Arrays.stream(values()).filter(finding -> finding.detail.equals(detail)).findFirst();
  }
}
