package org.m2mx.bench;

import java.util.concurrent.Callable;
import org.m2mx.bench.command.AllCommand;
import org.m2mx.bench.command.ConcealmentCommand;
import org.m2mx.bench.command.ConsoleCommand;
import org.m2mx.bench.command.ContainerCommand;
import org.m2mx.bench.command.DataCommand;
import org.m2mx.bench.command.InviteCommand;
import org.m2mx.bench.command.MemoryCommand;
import org.m2mx.bench.command.ProvisioningCommand;
import org.m2mx.bench.command.RegisterCommand;
import org.m2mx.bench.command.RestartCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./m2mx bench}. */
@Command(
    name = "bench",
    description = "Measures m2mx, and Kamailio beside it, on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      RegisterCommand.class,
      InviteCommand.class,
      MemoryCommand.class,
      RestartCommand.class,
      AllCommand.class,
      ConcealmentCommand.class,
      ConsoleCommand.class,
      ContainerCommand.class,
      ProvisioningCommand.class,
      DataCommand.class
    },
    footer = {
      "",
      "Both servers run at the same time, on one PostgreSQL, and get the same load in turn, from"
          + " the same",
      "process. What is idle costs next to nothing; what else runs on the machine costs you your"
          + " result.",
      "Progress goes to standard error, the table to standard output.",
      "",
      "Example:",
      "  ./m2mx bench register --seconds 10",
    })
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  Main() {}

  /**
   * Runs the command and exits: 0 when all was measured, 1 when something is missing or fails, 2
   * for a wrong command line.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Main())
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((e, rest) -> usageError(e))
        .setExecutionExceptionHandler((e, line, result) -> failure(line, e))
        .execute(args);
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "No command given");
  }

  private static int usageError(ParameterException e) {
    e.getCommandLine().getErr().printf("bench: %s. See --help%n", e.getMessage());
    return CommandLine.ExitCode.USAGE;
  }

  private static int failure(CommandLine line, Exception e) {
    if (e instanceof BenchException) {
      line.getErr().println("bench: " + e.getMessage());
    } else {
      e.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
