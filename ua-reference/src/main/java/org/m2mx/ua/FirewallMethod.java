package org.m2mx.ua;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallFinder;
import org.m2mx.ua.firewall.igd.IgdFinder;
import org.m2mx.ua.firewall.nft.NftablesFinder;
import org.m2mx.ua.firewall.pcp.NatPmpFinder;
import org.m2mx.ua.firewall.pcp.PcpFinder;

/** How this side's firewall is asked to let a peer in. */
public enum FirewallMethod {
  /** Whatever is found, and of that what restricts holes most tightly. */
  AUTO(
      clock ->
          List.of(
              new NftablesFinder(),
              new IgdFinder(),
              new PcpFinder(clock),
              new NatPmpFinder(clock))),
  /** UPnP Internet Gateway Device 2, WANIPv6FirewallControl. */
  IGD(clock -> List.of(new IgdFinder())),
  /** Port Control Protocol (RFC 6887). */
  PCP(clock -> List.of(new PcpFinder(clock))),
  /** NAT-PMP (RFC 6886), for IPv4 behind a gateway that translates addresses. */
  NAT_PMP(clock -> List.of(new NatPmpFinder(clock))),
  /** nftables on this machine. */
  NFT(clock -> List.of(new NftablesFinder())),
  /** Not at all. */
  NONE(clock -> List.of());

  private final Function<Clock, List<FirewallFinder>> finders;

  FirewallMethod(Function<Clock, List<FirewallFinder>> finders) {
    this.finders = finders;
  }

  /**
   * Returns what to look for.
   *
   * @param clock tells the time
   * @return for a {@link org.m2mx.ua.firewall.FirewallPolicy}
   */
  public List<FirewallFinder> finders(Clock clock) {
    return finders.apply(clock).stream().<FirewallFinder>map(Outward::new).toList();
  }

  /** Returns the name as it is written on a command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Does not look where there is no way from outside: no firewall guards a loopback address. */
  private record Outward(FirewallFinder finder) implements FirewallFinder {
    @Override
    public String method() {
      return finder.method();
    }

    @Override
    public Optional<FirewallControl> find(InetAddress own) throws FirewallException {
      return own.isLoopbackAddress() ? Optional.empty() : finder.find(own);
    }
  }
}
