package org.m2mx.bench.command;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.m2mx.bench.load.HeldRate;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.load.LoadResult;
import org.m2mx.bench.report.Comparison;
import org.m2mx.bench.report.Measurement;
import org.m2mx.bench.server.SipServer;

/**
 * Measures the servers of a stage in turn: first what a call costs at a rate that all of them hold,
 * then which rate each holds.
 */
final class Rounds {
  private static final String REFERENCE = "Kamailio";
  private static final int MOST_PER_SECOND = 32_000;
  private static final long RECOVERY_MILLIS = 3000;

  /** The load of one server. */
  interface Load extends AutoCloseable {
    /** Brings the server to where it is after an hour of work: registered, caches and code warm. */
    void warmUp() throws IOException, InterruptedException;

    /** Where the conversations come from. */
    LoadGenerator generator();

    @Override
    void close() throws IOException;
  }

  /** Makes the load of a server. */
  interface Loads {
    /** Opens it. */
    Load open(SipServer server) throws IOException;
  }

  private final Setting setting;
  private final Stage stage;

  Rounds(Setting setting, Stage stage) {
    this.setting = setting;
    this.stage = stage;
  }

  /**
   * Measures.
   *
   * @param what a conversation is, for the table
   * @param perSecond the rate at which costs are taken
   * @param loads makes the loads
   */
  Comparison measure(String what, int perSecond, Loads loads)
      throws IOException, InterruptedException {
    Comparison comparison = new Comparison(what, REFERENCE);
    Map<SipServer, Load> open = new HashMap<>();
    try {
      for (SipServer server : stage.servers()) {
        Load load = loads.open(server);
        open.put(server, load);
        setting.progress("Warming %s up ...", server.name());
        load.warmUp();
      }
      for (int round = 1; round <= setting.rounds(); round++) {
        for (SipServer server : stage.servers()) {
          setting.progress("%s, round %d", server.name(), round);
          comparison.add(server.name(), round(server, open.get(server).generator(), perSecond));
        }
      }
    } finally {
      for (Load load : open.values()) {
        load.close();
      }
    }
    return comparison;
  }

  private Measurement round(SipServer server, LoadGenerator generator, int perSecond)
      throws IOException, InterruptedException {
    Thread.sleep(RECOVERY_MILLIS);
    long serverBefore = server.tree().cpuMicros();
    long databaseBefore = stage.databaseTree().cpuMicros();
    LoadResult steady = trial(generator, perSecond);
    double serverMicros = server.tree().cpuMicros() - serverBefore;
    double databaseMicros = stage.databaseTree().cpuMicros() - databaseBefore;
    int held =
        HeldRate.find(
            perSecond,
            MOST_PER_SECOND,
            rate -> {
              Thread.sleep(RECOVERY_MILLIS);
              return trial(generator, rate);
            });
    int served = Math.max(1, steady.succeeded());
    return new Measurement(
        held,
        serverMicros / served,
        databaseMicros / served,
        steady.millis(0.5),
        steady.millis(0.99),
        server.tree().memoryKib() / 1024.0);
  }

  private LoadResult trial(LoadGenerator generator, int perSecond) throws IOException {
    LoadResult result = generator.run(perSecond, perSecond * setting.seconds());
    setting.progress("  %s", result);
    return result;
  }
}
