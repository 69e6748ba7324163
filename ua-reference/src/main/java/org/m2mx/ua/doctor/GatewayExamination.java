package org.m2mx.ua.doctor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallFinder;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.firewall.TransportProtocol;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.Ipv4Scope;

/** Looks for the firewalls in front of this machine, and has each open a hole and close it. */
public final class GatewayExamination {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final int FIRST_DYNAMIC_PORT = 49152;
  private static final InetAddress ANYBODY = new InetSocketAddress("0.0.0.0", 0).getAddress();
  private static final InetAddress ANYBODY_6 = new InetSocketAddress("::", 0).getAddress();

  private final FirewallPolicy policy;
  private final Consumer<Finding> findings;

  /**
   * An examination.
   *
   * @param policy what to look for, and how coarse a hole may be
   * @param findings is told what is found, at once
   */
  public GatewayExamination(FirewallPolicy policy, Consumer<Finding> findings) {
    this.policy = policy;
    this.findings = findings;
  }

  /**
   * Looks, and tries.
   *
   * @param own this machine's address
   * @param peer who is to be let in, for a moment, on a port where nobody listens
   */
  public void run(InetAddress own, InetAddress peer) {
    boolean translated = Ipv4Scope.isTranslated(own, peer);
    if (!translated && !(own instanceof Inet6Address && peer instanceof Inet6Address)) {
      findings.accept(
          Finding.warn(
              "gateway",
              "not looked for: holes are for IPv6, and for IPv4 that a gateway translates",
              "Give the server and this home IPv6 addresses"));
      return;
    }
    if (policy.finders().isEmpty()) {
      findings.accept(
          Finding.warn(
              "gateway",
              "not looked for, as was asked",
              "Leave the choice to --firewall auto, unless no firewall is in the way"));
      return;
    }
    boolean any = false;
    for (FirewallFinder finder : policy.finders()) {
      try {
        Optional<FirewallControl> found = finder.find(own);
        if (found.isPresent()) {
          any = true;
          describe(found.get());
          tryOut(found.get(), own, peer);
        }
      } catch (FirewallException e) {
        any = true;
        findings.accept(
            Finding.warn(
                "gateway",
                finder.method() + ": " + e.getMessage(),
                "Correct that, or choose another method with --firewall"));
      }
    }
    if (!any) {
      findings.accept(
          Finding.warn(
              "gateway",
              "none found that opens holes",
              policy.finders().size() == 1
                  ? "Leave the choice to --firewall auto, or have the gateway do this one"
                  : translated
                      ? "Switch PCP or NAT-PMP on in the gateway, or have the ISP give this home IPv6"
                      : "Switch UPnP IGD:2 or PCP on in the gateway; calls made from here work"
                          + " without"));
    }
  }

  private void describe(FirewallControl control) {
    boolean coarse = control.restriction() == SourceRestriction.ANY_SOURCE;
    if (control.restriction().compareTo(policy.coarsest()) < 0) {
      findings.accept(
          Finding.fail(
              "gateway",
              control.describe() + " opens holes, but for anybody, which --strict-firewall refuses",
              "Switch UPnP IGD:2 on in the gateway, or allow such holes"));
      return;
    }
    findings.accept(
        coarse
            ? Finding.warn(
                "gateway",
                control.describe() + " opens holes, but for anybody",
                "Prefer IPv6 and a gateway with UPnP IGD:2, or refuse such holes with --strict-firewall")
            : Finding.ok("gateway", control.describe() + " opens holes for the peer alone"));
  }

  private void tryOut(FirewallControl control, InetAddress own, InetAddress peer) {
    InetAddress source =
        control.restriction() != SourceRestriction.ANY_SOURCE
            ? peer
            : own instanceof Inet6Address ? ANYBODY_6 : ANYBODY;
    int port = ThreadLocalRandom.current().nextInt(FIRST_DYNAMIC_PORT, 65536);
    PinholeRequest request =
        new PinholeRequest(
            TransportProtocol.TCP,
            new InetSocketAddress(own, port),
            source,
            OptionalInt.empty(),
            LEASE);
    Pinhole hole;
    try {
      hole = control.open(request);
    } catch (FirewallException e) {
      findings.accept(
          Finding.fail(
              "pinhole",
              control.describe() + " opens none " + request + ": " + e.getMessage(),
              "Look into the gateway's settings for UPnP or PCP, and whether it admits this"
                  + " machine"));
      return;
    }
    long granted = hole.lease().toSeconds();
    try {
      hole.close();
      findings.accept(
          Finding.ok(
              "pinhole",
              control.describe()
                  + " opened one "
                  + request
                  + outside(request, hole)
                  + ", lease "
                  + granted
                  + " s, and closed it"));
    } catch (FirewallException e) {
      findings.accept(
          Finding.warn(
              "pinhole",
              control.describe()
                  + " opened one "
                  + request
                  + " and did not close it: "
                  + e.getMessage(),
              "It closes by itself in " + granted + " s"));
    }
  }

  private static String outside(PinholeRequest request, Pinhole hole) {
    return hole.outside().equals(request.own())
        ? ""
        : ", found outside at " + IpText.of(hole.outside());
  }
}
