package org.m2mx.bench.command;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.console.Shift;
import org.m2mx.bench.console.Waits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench console}. */
@Command(
    name = "console",
    description = "How long an operator of a large ISP waits for the console, on PostgreSQL.",
    footer = {
      "",
      "Times are those of whole answers, as a browser would get them. Exit code 1 when 95 of 100 of"
          + " anything",
      "take longer than --limit.",
    },
    mixinStandardHelpOptions = true)
public final class ConsoleCommand implements Callable<Integer> {
  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--subscribers",
      paramLabel = "NUMBER",
      defaultValue = "1000000",
      description = "How many the ISP has (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--calls",
      paramLabel = "NUMBER",
      defaultValue = "200000",
      description = "How many calls there were in the last day (default: ${DEFAULT-VALUE}).")
  private int calls;

  @Option(
      names = "--names",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description = "How many of them are looked for (default: ${DEFAULT-VALUE}).")
  private int names;

  @Option(
      names = "--limit",
      paramLabel = "MILLISECONDS",
      defaultValue = "300",
      description = "What 95 of 100 shall keep to (default: ${DEFAULT-VALUE}).")
  private double limit;

  /** For picocli. */
  public ConsoleCommand() {}

  @Override
  public Integer call()
      throws IOException, InterruptedException, SQLException, GeneralSecurityException {
    if (subscribers < 100 || calls < 0 || names < 1) {
      throw new BenchException(
          "--subscribers is at least 100, --calls at least 0, --names at least 1");
    }
    try (Stage stage = Stage.ofM2mx(setting)) {
      setting.progress("Opening %d subscribers, then looking for %d ...", subscribers, names);
      Waits waits = new Shift(stage.m2mx(), subscribers, calls, names).run();
      setting.result(waits);
      return waits.slowest() <= limit ? 0 : 1;
    }
  }
}
