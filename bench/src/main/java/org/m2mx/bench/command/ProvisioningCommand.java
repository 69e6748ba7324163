package org.m2mx.bench.command;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.console.Opened;
import org.m2mx.bench.console.Provisioning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench provisioning}. */
@Command(
    name = "provisioning",
    description = "How fast a telco's own system opens accounts over REST, on PostgreSQL.",
    footer = {
      "",
      "One request opens one account, with an Idempotency-Key. The rate limit of API keys is lifted"
          + " for it.",
      "Exit code 1 when fewer than --least a second were opened.",
    },
    mixinStandardHelpOptions = true)
public final class ProvisioningCommand implements Callable<Integer> {
  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--subscribers",
      paramLabel = "NUMBER",
      defaultValue = "100000",
      description = "How many accounts are opened (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--connections",
      paramLabel = "NUMBER",
      defaultValue = "4",
      description = "How many requests are under way at a time (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--least",
      paramLabel = "NUMBER",
      defaultValue = "20",
      description =
          "How many a second there shall be (default: ${DEFAULT-VALUE}, what a key may ask for).")
  private double least;

  /** For picocli. */
  public ProvisioningCommand() {}

  @Override
  public Integer call()
      throws IOException, InterruptedException, SQLException, GeneralSecurityException {
    if (subscribers < 1 || connections < 1) {
      throw new BenchException("--subscribers and --connections are at least 1");
    }
    setting.javaOptions().add("-Dm2mx.api.requests-per-minute=" + Integer.MAX_VALUE);
    try (Stage stage = Stage.ofM2mx(setting)) {
      setting.progress("Opening %d subscribers over REST ...", subscribers);
      Opened opened =
          new Provisioning(stage.m2mx(), stage.databaseTree(), connections).run(subscribers);
      setting.result(opened);
      return opened.rate() >= least ? 0 : 1;
    }
  }
}
