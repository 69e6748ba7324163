package org.m2mx.bench.command;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.report.Table;
import org.m2mx.bench.server.M2mx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench restart}. */
@Command(
    name = "restart",
    description = "How soon a server that has many bindings serves again after a restart.",
    mixinStandardHelpOptions = true)
public final class RestartCommand implements Callable<Integer> {
  private static final String BIND =
      """
      insert into binding (aor, binding_key, contact, call_id, cseq, user_agent, source, transport,
        created, refreshed, expires)
      select aor, md5(aor) || md5(reverse(aor)), 'sip:' || user_folded || '@198.51.100.7:5060',
        'restart-' || id, 1, 'm2mx-bench', '198.51.100.7:5060', 'UDP', current_timestamp,
        current_timestamp, current_timestamp + interval '2 hours'
      from subscriber
      """;

  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--bindings",
      paramLabel = "NUMBER",
      defaultValue = "100000",
      description = "How many, each of an account of its own (default: ${DEFAULT-VALUE}).")
  private int bindings;

  /** For picocli. */
  public RestartCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (bindings < 1) {
      throw new BenchException("--bindings %d: give 1 or more".formatted(bindings));
    }
    setting.needsAccounts(bindings);
    try (Stage stage = Stage.ofM2mx(setting)) {
      M2mx server = stage.m2mx();
      Table table = new Table("bindings", "all started, s", "first REGISTER answered, s");
      setting.progress("Restarting without bindings ...");
      restart(server, 0, table, () -> {});
      setting.progress("Restarting with %d bindings ...", setting.accounts());
      restart(server, setting.accounts(), table, () -> bind(server));
      setting.result(table);
    }
    return 0;
  }

  private void restart(M2mx server, int count, Table table, Runnable stopped)
      throws IOException, InterruptedException {
    long[] begun = new long[1];
    server.restart(
        () -> {
          stopped.run();
          begun[0] = System.nanoTime();
        });
    long started = System.nanoTime();
    try (RegisterLoad load = new RegisterLoad(server, setting.accounts())) {
      LoadGenerator devices = load.generator();
      while (devices.run(1, 1).succeeded() == 0) {
        setting.progress("  not yet");
      }
    }
    table.row(
        Integer.toString(count), seconds(begun[0], started), seconds(begun[0], System.nanoTime()));
  }

  private static void bind(M2mx server) {
    try (Connection connection = server.database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("delete from binding");
      statement.executeUpdate(BIND);
      statement.execute("analyze binding");
    } catch (SQLException e) {
      throw new BenchException("The bindings could not be made: " + e.getMessage(), e);
    }
  }

  private static String seconds(long from, long to) {
    return String.format(Locale.ROOT, "%.1f", (to - from) / 1e9);
  }
}
