package org.m2mx.ua.doctor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.m2mx.ua.UserAgentException;
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

/**
 * Looks for the firewalls in front of this machine, and has each open holes and close them. What
 * gets in before, and by each hole, is seen by a server that knocks from outside, where there is
 * one.
 */
public final class GatewayExamination {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final String CALL = "Make a call to see whether holes let peers in";
  private static final InetAddress ANYBODY = new InetSocketAddress("0.0.0.0", 0).getAddress();
  private static final InetAddress ANYBODY_6 = new InetSocketAddress("::", 0).getAddress();

  private final FirewallPolicy policy;
  private final KnockingServer server;
  private final Consumer<Finding> findings;

  /**
   * An examination.
   *
   * @param policy what to look for, and how coarse a hole may be
   * @param server knocks from outside
   * @param findings is told what is found, at once
   */
  public GatewayExamination(
      FirewallPolicy policy, KnockingServer server, Consumer<Finding> findings) {
    this.policy = policy;
    this.server = server;
    this.findings = findings;
  }

  /**
   * Looks, and tries.
   *
   * @param own this machine's address
   * @param peer who is to be let in, for a moment, and who knocks
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public void run(InetAddress own, InetAddress peer) throws InterruptedException {
    try (Door tcp = Door.open(TransportProtocol.TCP);
        Door udp = Door.open(TransportProtocol.UDP)) {
      List<Door> doors = List.of(tcp, udp);
      boolean proof = isProved(doors);
      gateways(own, peer, doors, proof);
    } catch (IOException e) {
      findings.accept(
          Finding.fail(
              "firewall",
              "no port can be had: " + e.getMessage(),
              "Find out what holds all ports of this machine, and run again"));
    }
  }

  /** Whether the server knocks; then it is told what gets in without holes. */
  private boolean isProved(List<Door> doors) throws InterruptedException {
    List<CompletableFuture<Door.Knock>> knocks =
        doors.stream().map(door -> door.knocked(server, door.port())).toList();
    List<String> open = new ArrayList<>();
    try {
      for (int i = 0; i < doors.size(); i++) {
        switch (knocks.get(i).get()) {
          case CAME_IN -> open.add(doors.get(i).protocol().name());
          case STAYED_OUT -> {}
          case NOT_OFFERED -> {
            findings.accept(
                Finding.warn(
                    "firewall", "not tried from outside: the server offers no proof", CALL));
            return false;
          }
        }
      }
    } catch (ExecutionException e) {
      findings.accept(notTried("firewall", "not tried from outside: ", e));
      return false;
    }
    findings.accept(
        open.isEmpty()
            ? Finding.ok(
                "firewall",
                "the server has knocked by TCP and UDP where no hole is: neither came in")
            : Finding.warn(
                "firewall",
                "the server has knocked where no hole is, and came in by "
                    + String.join(" and ", open),
                "Calls come in without holes; have the gateway drop what nobody inside asked for"));
    return true;
  }

  private static Finding notTried(String subject, String what, ExecutionException e) {
    return e.getCause() instanceof UserAgentException refusal
        ? Finding.warn(subject, what + refusal.problem(), refusal.remedy())
        : Finding.warn(subject, what + e.getCause().getMessage(), CALL);
  }

  private void gateways(InetAddress own, InetAddress peer, List<Door> doors, boolean proof)
      throws InterruptedException {
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
          for (Door door : doors) {
            tryOut(found.get(), own, peer, door, proof);
          }
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

  private void tryOut(
      FirewallControl control, InetAddress own, InetAddress peer, Door door, boolean proof)
      throws InterruptedException {
    InetAddress source =
        control.restriction() != SourceRestriction.ANY_SOURCE
            ? peer
            : own instanceof Inet6Address ? ANYBODY_6 : ANYBODY;
    PinholeRequest request =
        new PinholeRequest(
            door.protocol(),
            new InetSocketAddress(own, door.port()),
            source,
            OptionalInt.empty(),
            LEASE);
    String hole = " one by " + door.protocol() + " " + request;
    Pinhole pinhole;
    try {
      pinhole = control.open(request);
    } catch (FirewallException e) {
      findings.accept(
          Finding.fail(
              "pinhole",
              control.describe() + " does not open" + hole + ": " + e.getMessage(),
              "Look into the gateway's settings for UPnP or PCP, and whether it admits this"
                  + " machine"));
      return;
    }
    String opened = control.describe() + " opened" + hole + outside(request, pinhole);
    long lease = pinhole.lease().toSeconds();
    Finding seen =
        proof
            ? seen(opened, door, pinhole)
            : Finding.ok("pinhole", opened + ", lease " + lease + " s, and closed it");
    try {
      pinhole.close();
      findings.accept(seen);
    } catch (FirewallException e) {
      findings.accept(
          Finding.warn(
              "pinhole",
              opened + " and did not close it: " + e.getMessage(),
              "It closes by itself in " + lease + " s"));
    }
  }

  /** What the server's knock says of an open hole. */
  private Finding seen(String opened, Door door, Pinhole pinhole) throws InterruptedException {
    try {
      if (door.knocked(server, pinhole.outside().getPort()).get() == Door.Knock.CAME_IN) {
        return Finding.ok(
            "pinhole",
            opened
                + ", the server's knock came in by it, lease "
                + pinhole.lease().toSeconds()
                + " s, and closed it");
      }
      return Finding.fail(
          "pinhole",
          opened + ", and the server's knock did not come in by it",
          "Look for another firewall on the way, the ISP's or this machine's own; or ask the"
              + " operator whether the server knocks from another address than devices connect to");
    } catch (ExecutionException e) {
      return notTried("pinhole", opened + ", not tried from outside: ", e);
    }
  }

  private static String outside(PinholeRequest request, Pinhole hole) {
    return hole.outside().equals(request.own())
        ? ""
        : ", found outside at " + IpText.of(hole.outside());
  }
}
