package org.m2mx.bench.command;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.m2mx.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench register}. */
@Command(
    name = "register",
    description =
        "REGISTER, 401, REGISTER with digest SHA-256, 200; the binding on the disk before the 200.",
    mixinStandardHelpOptions = true)
public final class RegisterCommand implements Callable<Integer> {
  static final String COST_RATE = "2000";

  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--rate",
      paramLabel = "PER-SECOND",
      defaultValue = COST_RATE,
      description = "The rate at which the cost of each is taken (default: ${DEFAULT-VALUE}).")
  private int rate;

  /** For picocli. */
  public RegisterCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (Stage stage = Stage.open(setting)) {
      setting.result(measure(setting, stage, rate));
    }
    return 0;
  }

  static Comparison measure(Setting setting, Stage stage, int rate)
      throws IOException, InterruptedException {
    return new Rounds(setting, stage)
        .measure("REGISTER", rate, server -> new RegisterLoad(server, setting.accounts()));
  }
}
