package org.m2mx.bench.command;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.load.LoadResult;
import org.m2mx.bench.load.WarmUp;
import org.m2mx.bench.report.Table;
import org.m2mx.bench.server.BareContainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench container}. */
@Command(
    name = "container",
    description =
        "The SIP container by itself, with a servlet that keeps bindings in a map and asks for no"
            + " proof: REGISTER, and calls through a record-routing proxy, over UDP.",
    mixinStandardHelpOptions = true)
public final class ContainerCommand implements Callable<Integer> {
  private static final int MOST_PORTIONS = 24;
  private static final int PORTION_SECONDS = 5;
  private static final long RECOVERY_MILLIS = 3000;

  /** REGISTER, 200. */
  private static final int MESSAGES_OF_A_REGISTER = 2;

  /** 6 come in, INVITE, 180, 200, ACK, BYE, 200; those go out again, and a 100. */
  private static final int MESSAGES_OF_A_CALL = 13;

  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--register-rate",
      paramLabel = "PER-SECOND",
      defaultValue = "2000",
      description = "The rate at which a REGISTER's cost is taken (default: ${DEFAULT-VALUE}).")
  private int registerRate;

  @Option(
      names = "--call-rate",
      paramLabel = "PER-SECOND",
      defaultValue = "300",
      description = "The rate at which a call's cost is taken (default: ${DEFAULT-VALUE}).")
  private int callRate;

  /** For picocli. */
  public ContainerCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    setting.prepare();
    setting.progress("Starting the container ...");
    Table table =
        new Table(
            "container",
            "held, per second",
            "best, per second",
            "at twice held, per second",
            "CPU µs each",
            "CPU µs a message",
            "p50 ms",
            "p99 ms");
    try (BareContainer container =
        BareContainer.start(
            setting.server(),
            setting.work().resolve("container"),
            setting.offset(),
            setting.javaOptions())) {
      try (Rounds.Load load = new RegisterLoad(container, setting.accounts())) {
        measure("REGISTER", MESSAGES_OF_A_REGISTER, container, load, registerRate, table);
      }
      try (Rounds.Load load = new InviteLoad(container, setting.accounts())) {
        measure("call", MESSAGES_OF_A_CALL, container, load, callRate, table);
      }
    }
    setting.result(table);
    return 0;
  }

  private void measure(
      String what, int messages, BareContainer container, Rounds.Load load, int rate, Table table)
      throws IOException, InterruptedException {
    setting.progress("Warming up with %s ...", what);
    load.prepare();
    LoadGenerator generator = load.generator();
    WarmUp.run(MOST_PORTIONS, () -> cost(container, generator, rate, PORTION_SECONDS).micros());
    for (int round = 1; round <= setting.rounds(); round++) {
      Thread.sleep(RECOVERY_MILLIS);
      Cost cost = cost(container, generator, rate, setting.seconds());
      Capacity capacity = Capacity.of(generator, rate, setting);
      table.row(
          what + ", round " + round,
          Integer.toString(capacity.held()),
          whole(capacity.best()),
          whole(capacity.beyond()),
          decimal(cost.micros()),
          decimal(cost.micros() / messages),
          decimal(cost.result().millis(0.5)),
          decimal(cost.result().millis(0.99)));
    }
  }

  private record Cost(LoadResult result, double micros) {}

  private Cost cost(BareContainer container, LoadGenerator generator, int rate, int seconds)
      throws IOException {
    long before = container.tree().cpuMicros();
    LoadResult result = generator.run(rate, rate * seconds);
    double micros =
        (double) (container.tree().cpuMicros() - before) / Math.max(1, result.succeeded());
    setting.progress("  %s, %.0f us of CPU each", result, micros);
    return new Cost(result, micros);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
