package org.m2mx.console.bulk;

import org.m2mx.registry.bulk.Problem;

/** What the console says of what is wrong with a file. */
final class ProblemTexts {
  private static final String PREFIX = "import.problem.";

  private ProblemTexts() {}

  /** The key of the text, which the problem's detail fills. */
  static String key(Problem problem) {
    return PREFIX + problem.kind().name();
  }
}
