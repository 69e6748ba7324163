package org.m2mx.tests.service;

import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.subscriber.Subscribers;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.WireDevice;

/** Runs inside the server: opens subscribers in the registry, and speaks SIP to it over TLS. */
abstract class ServiceTest {
  static final String DOMAIN = "wire.example";
  static final Password PASSWORD = Password.of("a password for the tests");

  /** Tells the users of one test from those of all others, and of earlier runs. */
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** How long a server on a busy machine may take for what it does after its answer. */
  static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

  @Inject Acting acting;
  @Inject Isps isps;
  @Inject Subscribers subscribers;

  private final List<SipConnection> connections = new ArrayList<>();
  private Acting.Turn turn;

  @BeforeEach
  void openIsp() {
    turn = acting.begin(Actor.service("tests"));
    if (isps.find(DOMAIN).isEmpty()) {
      isps.open("Wire", DOMAIN);
    }
  }

  @AfterEach
  void endTurn() {
    turn.end();
  }

  @AfterEach
  void closeConnections() throws IOException {
    for (SipConnection connection : connections) {
      connection.close();
    }
  }

  /** A name nobody has. */
  static Aor fresh(String name) {
    return new Aor(name + "-" + RUN + "-" + NUMBER.incrementAndGet(), DOMAIN);
  }

  /** Opens a subscriber with a name of its own. */
  Aor subscriber(String name) {
    Aor aor = fresh(name);
    subscribers.open(aor, PASSWORD, false);
    return aor;
  }

  /** A device of a subscriber, connected, not registered. */
  WireDevice device(Aor aor) throws IOException, GeneralSecurityException {
    return device(aor, PASSWORD, connect());
  }

  WireDevice device(Aor aor, Password password, SipConnection connection) {
    return new WireDevice(connection, aor.user(), aor.domain(), password.reveal());
  }

  /** A device, registered. */
  WireDevice registered(Aor aor) throws IOException, GeneralSecurityException {
    WireDevice device = device(aor);
    int status = device.register().status();
    if (status != 200) {
      throw new AssertionError("REGISTER of " + aor + " answered " + status);
    }
    return device;
  }

  SipConnection connect(String... protocols) throws IOException, GeneralSecurityException {
    return opened(
        protocols.length == 0
            ? SipConnection.open(server(), trustAnchor())
            : SipConnection.open(server(), trustAnchor(), protocols));
  }

  /** Has a connection closed after the test. */
  SipConnection opened(SipConnection connection) {
    connections.add(connection);
    return connection;
  }

  static InetSocketAddress server() throws IOException {
    int port = 5061 + Integer.getInteger("jboss.socket.binding.port-offset", 0);
    return new InetSocketAddress(InetAddress.getByName("::1"), port);
  }

  static Path trustAnchor() {
    return Path.of(System.getProperty("jboss.server.data.dir"), "m2mx/tls/certificate.pem");
  }
}
