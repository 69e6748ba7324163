package org.m2mx.bench.command;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.m2mx.bench.machine.ProcessTree;
import org.m2mx.bench.server.Kamailio;
import org.m2mx.bench.server.M2mx;
import org.m2mx.bench.server.PostgreSql;
import org.m2mx.bench.server.SipServer;

/** The database and the servers under measurement, all running. */
final class Stage implements AutoCloseable {
  private static final int POSTGRESQL_PORT = 5432;
  private static final int KAMAILIO_PORT = 5062;

  private final PostgreSql database;
  private final List<SipServer> servers = new ArrayList<>();

  private Stage(PostgreSql database) {
    this.database = database;
  }

  static Stage open(Setting setting) throws IOException, InterruptedException, SQLException {
    return open(setting, setting.measures("m2mx"), setting.measures("kamailio"));
  }

  /** With m2mx alone. */
  static Stage ofM2mx(Setting setting) throws IOException, InterruptedException, SQLException {
    return open(setting, true, false);
  }

  private static Stage open(Setting setting, boolean withM2mx, boolean withKamailio)
      throws IOException, InterruptedException, SQLException {
    setting.prepare();
    setting.progress("Starting PostgreSQL ...");
    Stage stage =
        new Stage(
            PostgreSql.start(
                setting.work().resolve("postgresql"), POSTGRESQL_PORT + setting.offset()));
    try {
      if (withM2mx) {
        setting.progress("Starting m2mx with %d accounts ...", setting.accounts());
        stage.servers.add(
            M2mx.start(
                setting.server(),
                setting.work().resolve("m2mx"),
                stage.database,
                setting.offset(),
                setting.accounts(),
                setting.javaOptions()));
      }
      if (withKamailio) {
        setting.progress("Starting Kamailio with %d accounts ...", setting.accounts());
        stage.servers.add(
            Kamailio.start(
                setting.work().resolve("kamailio"),
                stage.database,
                KAMAILIO_PORT + setting.offset(),
                setting.accounts()));
      }
      if (setting.apart()) {
        stage.keepApart(setting);
      }
      return stage;
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  private void keepApart(Setting setting) throws IOException, InterruptedException {
    setting.progress(
        "Servers on processors %s, the rest on %s",
        setting.serversProcessors(), setting.otherProcessors());
    ProcessTree.keep(ProcessHandle.current(), setting.otherProcessors());
    database.tree().keepTo(setting.otherProcessors());
    for (SipServer server : servers) {
      server.tree().keepTo(setting.serversProcessors());
    }
  }

  /** In the order in which they are measured. */
  List<SipServer> servers() {
    return servers;
  }

  /** The one that is m2mx. */
  M2mx m2mx() {
    return servers.stream()
        .filter(M2mx.class::isInstance)
        .map(M2mx.class::cast)
        .findFirst()
        .orElseThrow();
  }

  ProcessTree databaseTree() {
    return database.tree();
  }

  @Override
  public void close() {
    for (SipServer server : servers) {
      server.close();
    }
    database.close();
  }
}
