package org.m2mx.bench.command;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.m2mx.bench.report.Comparison;
import org.m2mx.bench.server.SipServer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the servers with one kind of load. */
abstract class LoadCommand implements Callable<Integer> {
  private final String what;

  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--rate",
      paramLabel = "PER-SECOND",
      description = "The rate at which the cost of each is taken (default: ${DEFAULT-VALUE}).")
  private int rate;

  /**
   * @param what a conversation is, for the table
   * @param rate conversations a second at which costs are taken unless another is asked for
   */
  LoadCommand(String what, int rate) {
    this.what = what;
    this.rate = rate;
  }

  /** Makes the load of a server. */
  abstract Rounds.Load open(SipServer server, int accounts) throws IOException;

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (Stage stage = Stage.open(setting)) {
      setting.result(measure(setting, stage));
    }
    return 0;
  }

  /** Measures the servers of a stage. */
  Comparison measure(Setting setting, Stage stage) throws IOException, InterruptedException {
    return new Rounds(setting, stage)
        .measure(
            setting.apart() ? what + ", servers apart" : what,
            rate,
            server -> open(server, setting.accounts()));
  }
}
