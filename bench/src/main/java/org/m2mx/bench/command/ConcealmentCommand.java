package org.m2mx.bench.command;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.concealment.Experiment;
import org.m2mx.bench.concealment.Measurements;
import org.m2mx.bench.server.M2mx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench concealment}. */
@Command(
    name = "concealment",
    description =
        "Whether a caller can tell by the time who exists: asks for callees of every kind, over"
            + " TLS.",
    footer = {
      "",
      "For each kind the table has the Kolmogorov-Smirnov distance between a half of its times and"
          + " a half of",
      "those of nobody (the middle of 1000 draws). Below it stands the distance that 99 of 100"
          + " pairs of",
      "halves of nobody's own times keep to. Exit code 1 when a kind is farther away than that.",
    },
    mixinStandardHelpOptions = true)
public final class ConcealmentCommand implements Callable<Integer> {
  private static final List<String> METHODS = List.of("INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE");

  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "INVITE",
      description = "INVITE, MESSAGE, OPTIONS or SUBSCRIBE (default: ${DEFAULT-VALUE}).")
  private String method;

  @Option(
      names = "--samples",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "How many of each kind (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--callees",
      paramLabel = "NUMBER",
      defaultValue = "500",
      description = "How many callees there are of each kind (default: ${DEFAULT-VALUE}).")
  private int callees;

  /** For picocli. */
  public ConcealmentCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (!METHODS.contains(method)) {
      throw new BenchException("--method " + method + ": give one of " + METHODS);
    }
    if (samples < 100 || callees < 1) {
      throw new BenchException("--samples is at least 100, --callees at least 1");
    }
    int needed = Experiment.accounts(callees);
    if (setting.accounts() < needed) {
      throw new BenchException(
          "--accounts " + setting.accounts() + ": give " + needed + " or more");
    }
    try (Stage stage = Stage.ofM2mx(setting)) {
      M2mx server = stage.m2mx();
      setting.progress("%d %s to callees of each kind ...", samples, method);
      Measurements measurements =
          new Experiment(
                  server.tlsAddress(),
                  server.certificate(),
                  server.database(),
                  method,
                  samples,
                  callees)
              .run();
      setting.result(measurements);
      return measurements.alike() ? 0 : 1;
    }
  }
}
