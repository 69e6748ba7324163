package org.m2mx.bench.command;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.load.LoadResult;
import org.m2mx.bench.load.WarmUp;
import org.m2mx.bench.report.Comparison;
import org.m2mx.bench.report.Measurement;
import org.m2mx.bench.server.SipServer;

/**
 * Measures the servers of a stage in turn: first what a call costs at a rate that all of them hold,
 * then which rate each holds.
 */
final class Rounds {
  private static final String REFERENCE = "Kamailio";
  private static final long RECOVERY_MILLIS = 3000;
  private static final int PORTION_SECONDS = 5;

  /** Times the rate at which costs are taken: more than a server holds. */
  private static final int MUCH = 4;

  private static final int MUCH_SECONDS = 2;

  /** Eight minutes for two servers, if need be. */
  private static final int MOST_PORTIONS = 16;

  /** The load of one server. */
  interface Load extends AutoCloseable {
    /**
     * Brings the server to where the load can begin, such as its devices registered.
     *
     * @throws org.m2mx.bench.BenchException when nothing works
     */
    void prepare() throws IOException, InterruptedException;

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
        load.prepare();
      }
      warmUp(open, perSecond);
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

  /**
   * In turn, as in the rounds: a JVM that has not had pauses yet takes back what it has compiled at
   * its first.
   */
  private void warmUp(Map<SipServer, Load> open, int perSecond)
      throws IOException, InterruptedException {
    WarmUp.run(
        MOST_PORTIONS,
        () -> {
          double all = 0;
          for (SipServer server : stage.servers()) {
            setting.progress("Warming %s up", server.name());
            all += portion(server, open.get(server).generator(), perSecond);
          }
          return all;
        });
  }

  private double portion(SipServer server, LoadGenerator generator, int perSecond)
      throws IOException, InterruptedException {
    double steady = cost(server, generator, perSecond, PORTION_SECONDS);
    // What it does when there is too much is to be compiled, too.
    return steady + cost(server, generator, MUCH * perSecond, MUCH_SECONDS);
  }

  private double cost(SipServer server, LoadGenerator generator, int perSecond, int seconds)
      throws IOException, InterruptedException {
    long before = server.tree().cpuMicros();
    LoadResult result = generator.run(perSecond, perSecond * seconds);
    double each = (double) (server.tree().cpuMicros() - before) / served(result);
    setting.progress("  %s, %.0f us of CPU each", result, each);
    return each;
  }

  private Measurement round(SipServer server, LoadGenerator generator, int perSecond)
      throws IOException, InterruptedException {
    Thread.sleep(RECOVERY_MILLIS);
    long serverBefore = server.tree().cpuMicros();
    long databaseBefore = stage.databaseTree().cpuMicros();
    LoadResult steady = trial(generator, perSecond);
    double serverMicros = server.tree().cpuMicros() - serverBefore;
    double databaseMicros = stage.databaseTree().cpuMicros() - databaseBefore;
    setting.progress(
        "  %.0f us of CPU each, and %.0f us of the database's",
        serverMicros / served(steady), databaseMicros / served(steady));
    Capacity capacity = Capacity.of(generator, perSecond, setting);
    return new Measurement(
        capacity.held(),
        capacity.best(),
        capacity.beyond(),
        serverMicros / served(steady),
        databaseMicros / served(steady),
        steady.millis(0.5),
        steady.millis(0.99),
        server.tree().memoryKib() / 1024.0);
  }

  private static int served(LoadResult result) {
    return Math.max(1, result.succeeded());
  }

  private LoadResult trial(LoadGenerator generator, int perSecond) throws IOException {
    LoadResult result = generator.run(perSecond, perSecond * setting.seconds());
    setting.progress("  %s", result);
    return result;
  }
}
