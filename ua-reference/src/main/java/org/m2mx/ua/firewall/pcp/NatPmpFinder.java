package org.m2mx.ua.firewall.pcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallFinder;

/** Finds a gateway that speaks NAT-PMP, which is the default router (RFC 6886 section 3.3). */
public final class NatPmpFinder implements FirewallFinder {
  private final Function<InetAddress, Optional<PcpServer>> server;
  private final Clock clock;
  private final Map<String, NatPmpControl> controls = new ConcurrentHashMap<>();

  /**
   * Looks at the default router.
   *
   * @param clock tells the time
   */
  public NatPmpFinder(Clock clock) {
    this(PcpServer.atDefaultRouter(), clock);
  }

  /** Looks elsewhere. */
  NatPmpFinder(Function<InetAddress, Optional<PcpServer>> server, Clock clock) {
    this.server = server;
    this.clock = clock;
  }

  /**
   * The one that was found before has the gateway's holes, to restore them, and its epoch. The text
   * of an address has its scope, which its equality passes over.
   */
  private NatPmpControl control(PcpServer found) {
    return controls.computeIfAbsent(
        found.address().toString(), there -> new NatPmpControl(found, clock));
  }

  @Override
  public String method() {
    return "NAT-PMP";
  }

  /** NAT-PMP is for IPv4 only. */
  @Override
  public Optional<FirewallControl> find(InetAddress own) {
    if (!(own instanceof Inet4Address)) {
      return Optional.empty();
    }
    return server
        .apply(own)
        .map(this::control)
        .filter(control -> control.answers(own))
        .map(control -> control);
  }
}
