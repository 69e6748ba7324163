package org.m2mx.ua.cli;

import picocli.CommandLine.Option;

/**
 * The options that say how a command tells what it does. {@link Main} looks at them before the
 * command runs, so that its errors are told that way too.
 */
final class OutputOptions {
  static final String JSON = "--json";
  static final String VERBOSE = "--verbose";

  @Option(
      names = JSON,
      description = "Tell everything in JSON, one object a line; docs/integrators/json.md.")
  private boolean json;

  @Option(
      names = {"-v", VERBOSE},
      description = "Log to standard error, and show where an error comes from.")
  private boolean verbose;
}
