package org.m2mx.bench.concealment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.m2mx.bench.load.Device;

/**
 * Asks a running server for callees of every kind, in turn, over TLS.
 *
 * @param server where it listens for TLS
 * @param certificate its certificate, PEM
 * @param database its database
 * @param method INVITE, MESSAGE, OPTIONS or SUBSCRIBE
 * @param samples how many of each kind
 * @param callees how many there are of each kind
 */
public record Experiment(
    InetSocketAddress server,
    Path certificate,
    DataSource database,
    String method,
    int samples,
    int callees) {

  /** What is not measured, so that the server has been compiled when it counts. */
  private static final int WARM_UP = 2000;

  /** How many accounts there must be. */
  public static int accounts(int callees) {
    return new Callees(callees).accounts();
  }

  /** Puts the callees into their states and takes the samples. */
  public Measurements run() throws IOException, SQLException {
    Device caller = Device.number(0);
    Callees all = new Callees(callees);
    all.suspend(database, caller);
    List<TlsDevice> registered = new ArrayList<>();
    try (TlsDevice asking = TlsDevice.connect(server, certificate)) {
      // The server lets a connection speak for one account only.
      for (int i = 0; i < all.registered(); i++) {
        TlsDevice device = TlsDevice.connect(server, certificate);
        registered.add(device);
        all.register(device, i);
      }
      Probe probe = new Probe(asking, caller, method);
      Measurements.take(probe, all, callees, WARM_UP);
      return Measurements.take(probe, all, callees, samples);
    } finally {
      for (TlsDevice device : registered) {
        device.close();
      }
    }
  }
}
