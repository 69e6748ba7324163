package org.m2mx.ua.firewall.pcp;

import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallFinder;

/** Finds a PCP server, which is the default router (RFC 6887 section 8.1). */
public final class PcpFinder implements FirewallFinder {
  private final Function<InetAddress, Optional<PcpServer>> server;
  private final Clock clock;
  private final Map<String, PcpControl> controls = new ConcurrentHashMap<>();

  /**
   * Looks at the default router.
   *
   * @param clock tells the time
   */
  public PcpFinder(Clock clock) {
    this(PcpServer.atDefaultRouter(), clock);
  }

  /** Looks elsewhere. */
  PcpFinder(Function<InetAddress, Optional<PcpServer>> server, Clock clock) {
    this.server = server;
    this.clock = clock;
  }

  /**
   * The one that was found before has the gateway's holes, to restore them, and its epoch. The text
   * of an address has its scope, which its equality passes over.
   */
  private PcpControl control(PcpServer found) {
    return controls.computeIfAbsent(
        found.address().toString(), there -> new PcpControl(found, clock));
  }

  @Override
  public String method() {
    return "PCP";
  }

  @Override
  public Optional<FirewallControl> find(InetAddress own) {
    return server
        .apply(own)
        .map(this::control)
        .filter(control -> control.answers(own))
        .map(control -> control);
  }
}
