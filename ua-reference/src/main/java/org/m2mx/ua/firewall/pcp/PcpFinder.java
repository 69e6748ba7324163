package org.m2mx.ua.firewall.pcp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
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

  /**
   * Looks at the default router.
   *
   * @param clock tells the time
   */
  public PcpFinder(Clock clock) {
    this(
        () -> DefaultRouter.ofSystem().map(router -> new InetSocketAddress(router, SERVER_PORT)),
        clock);
  }

  /** Looks elsewhere. */
  PcpFinder(Supplier<Optional<InetSocketAddress>> server, Clock clock) {
    this.server = server;
    this.clock = clock;
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
        .map(address -> new PcpControl(new PcpServer(address), clock))
        .filter(control -> control.answers(client))
        .map(control -> control);
  }
}
