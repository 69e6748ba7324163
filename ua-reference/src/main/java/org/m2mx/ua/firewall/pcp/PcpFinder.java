package org.m2mx.ua.firewall.pcp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallFinder;

/** Finds a PCP server, which is the default router (RFC 6887 section 8.1). */
public final class PcpFinder implements FirewallFinder {
  /** Where PCP servers listen (RFC 6887 section 19.1). */
  static final int SERVER_PORT = 5351;

  private final Supplier<Optional<InetSocketAddress>> server;
  private final Clock clock;
  private final List<Duration> patience;

  /**
   * Looks at the default router.
   *
   * @param clock tells the time
   */
  public PcpFinder(Clock clock) {
    this(
        () -> DefaultRouter.ofSystem().map(router -> new InetSocketAddress(router, SERVER_PORT)),
        clock,
        PcpServer.PATIENCE);
  }

  /** Looks elsewhere, and waits as long as it is told to. */
  PcpFinder(Supplier<Optional<InetSocketAddress>> server, Clock clock, List<Duration> patience) {
    this.server = server;
    this.clock = clock;
    this.patience = patience;
  }

  @Override
  public String method() {
    return "PCP";
  }

  @Override
  public Optional<FirewallControl> find(InetAddress own) {
    if (!(own instanceof Inet6Address client)) {
      return Optional.empty();
    }
    return server
        .get()
        .map(address -> new PcpControl(new PcpServer(address, patience), clock))
        .filter(control -> control.answers(client))
        .map(control -> control);
  }
}
