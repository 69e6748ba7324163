package org.m2mx.ua.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.m2mx.ua.UserAgentException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua demo}. */
@Command(
    name = "demo",
    description = "Walks the whole way against a running server, and measures each step.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "DIR holds the account files alice.json, video.json and mallory.json of three",
      "users of one server. alice must be permitted to call video, and mallory must",
      "not. All three run in this process. The command exits with 0 only if every",
      "step held.",
      "",
      "Example:",
      "  m2mx-ua demo --accounts accounts/",
    })
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--accounts",
      paramLabel = "DIR",
      required = true,
      description = "Where the three account files are.")
  private Path accounts;

  @Option(
      names = "--size",
      paramLabel = "MIB",
      defaultValue = "16",
      description = "How much data to exchange each way, in MiB (default: ${DEFAULT-VALUE}).")
  private int size;

  @Mixin private OutputOptions output = new OutputOptions();

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    if (size < 1) {
      throw new ParameterException(spec.commandLine(), "--size must be 1 or more");
    }
    try (Demo demo = new Demo(terminal, accounts, size * 1024L * 1024L)) {
      demo.run();
      return ExitCode.OK;
    } catch (Demo.Failed e) {
      terminal.tell(Main.error(ExitCode.DEMO_FAILED, "DEMO", e.getMessage()));
      return ExitCode.DEMO_FAILED;
    }
  }
}
