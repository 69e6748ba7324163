package org.m2mx.ua.doctor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.m2mx.ua.doctor.Outside.Sight;
import org.m2mx.ua.doctor.Outside.View;
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
  private static final InetAddress ANYBODY = new InetSocketAddress("0.0.0.0", 0).getAddress();
  private static final InetAddress ANYBODY_6 = new InetSocketAddress("::", 0).getAddress();

  private final FirewallPolicy policy;
  private final Outside outside;
  private final Consumer<Finding> findings;
  private final Map<TransportProtocol, Sight> withoutHole = new EnumMap<>(TransportProtocol.class);
  private final Set<TransportProtocol> throughHole = EnumSet.noneOf(TransportProtocol.class);

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
    this.outside = new Outside(server);
    this.findings = findings;
  }

  /**
   * Looks, and tries.
   *
   * @param own this machine's address
   * @param peer who is to be let in, for a moment, and who knocks
   * @throws InterruptedException if the waiting thread is interrupted; no hole is left open
   */
  public void run(InetAddress own, InetAddress peer) throws InterruptedException {
    try (Door tcp = Door.open(TransportProtocol.TCP);
        Door udp = Door.open(TransportProtocol.UDP)) {
      List<Door> doors = List.of(tcp, udp);
      if (Ipv4Scope.isTranslated(own, peer)) {
        // The outside's port of this number is nobody's, or another machine's.
        doors.forEach(door -> withoutHole.put(door.protocol(), Sight.STAYED_OUT));
        gateways(own, peer, doors);
      } else {
        lookWithoutHoles(doors);
        gateways(own, peer, doors);
        tellWhatIsShut();
      }
    } catch (IOException e) {
      findings.accept(
          Finding.fail(
              "firewall",
              "no port can be had: " + e.getMessage(),
              "Find out what holds all ports of this machine, and run again"));
    }
  }

  private void lookWithoutHoles(List<Door> doors) throws InterruptedException {
    List<CompletableFuture<View>> views =
        doors.stream().map(door -> outside.look(door, door.port())).toList();
    Map<View, List<TransportProtocol>> untried = new LinkedHashMap<>();
    for (int i = 0; i < doors.size(); i++) {
      TransportProtocol protocol = doors.get(i).protocol();
      View view = seen(views.get(i));
      withoutHole.put(protocol, view.sight());
      if (view.sight() == Sight.NOT_TRIED) {
        untried.computeIfAbsent(view, same -> new ArrayList<>()).add(protocol);
      }
    }
    List<TransportProtocol> open = withoutHole(Sight.CAME_IN);
    if (!open.isEmpty()) {
      findings.accept(
          Finding.warn(
              "firewall",
              "the server has knocked where no hole is, and came in by " + names(open),
              "Calls come in without holes; have the gateway drop what nobody inside asked for"));
    }
    untried.forEach(
        (view, protocols) ->
            findings.accept(
                Finding.warn(
                    "firewall",
                    "not tried from outside by " + names(protocols) + ": " + view.why(),
                    view.remedy())));
  }

  /** A firewall is known by what comes in through its holes, and does not without. */
  private void tellWhatIsShut() {
    List<TransportProtocol> shut = withoutHole(Sight.STAYED_OUT);
    List<TransportProtocol> proved = shut.stream().filter(throughHole::contains).toList();
    List<TransportProtocol> silent =
        shut.stream().filter(protocol -> !throughHole.contains(protocol)).toList();
    if (!proved.isEmpty()) {
      findings.accept(
          Finding.ok(
              "firewall",
              "the server has knocked by "
                  + names(proved)
                  + " where no hole is: nothing came in but by a hole"));
    }
    if (!silent.isEmpty()) {
      findings.accept(
          Finding.warn(
              "firewall",
              "the server was asked to knock by "
                  + names(silent)
                  + ", and nothing came in at all: a firewall, or the server cannot get out",
              "Have the gateway open holes; or ask the operator whether the server's own firewall"
                  + " lets it out to devices"));
    }
  }

  private List<TransportProtocol> withoutHole(Sight sight) {
    return withoutHole.keySet().stream()
        .filter(protocol -> withoutHole.get(protocol) == sight)
        .toList();
  }

  private static String names(List<TransportProtocol> protocols) {
    return protocols.stream().map(TransportProtocol::name).collect(Collectors.joining(" and "));
  }

  private static View seen(CompletableFuture<View> view) throws InterruptedException {
    try {
      return view.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look from outside has failed", e.getCause());
    }
  }

  private void gateways(InetAddress own, InetAddress peer, List<Door> doors)
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
            tryOut(found.get(), own, peer, door);
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

  private void tryOut(FirewallControl control, InetAddress own, InetAddress peer, Door door)
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
    String hole = " one " + request;
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
    Finding seen;
    try {
      seen = seen(opened, door, pinhole);
    } catch (InterruptedException | RuntimeException e) {
      close(pinhole).ifPresent(e::addSuppressed);
      throw e;
    }
    Optional<FirewallException> left = close(pinhole);
    if (left.isEmpty()) {
      findings.accept(seen);
      return;
    }
    if (seen.verdict() != Finding.Verdict.OK) {
      findings.accept(seen);
    }
    findings.accept(
        Finding.warn(
            "pinhole",
            opened + " and did not close it: " + left.get().getMessage(),
            "It closes by itself in " + pinhole.lease().toSeconds() + " s"));
  }

  /** Returns why it stays open, if it does. */
  private static Optional<FirewallException> close(Pinhole pinhole) {
    try {
      pinhole.close();
      return Optional.empty();
    } catch (FirewallException e) {
      return Optional.of(e);
    }
  }

  /** What the server's knock says of an open hole. */
  private Finding seen(String opened, Door door, Pinhole pinhole) throws InterruptedException {
    View view = seen(outside.look(door, pinhole.outside().getPort()));
    return switch (view.sight()) {
      case CAME_IN -> {
        throughHole.add(door.protocol());
        yield cameIn(opened, withoutHole.get(door.protocol()), pinhole.lease().toSeconds());
      }
      case STAYED_OUT ->
          Finding.fail(
              "pinhole",
              opened + ", and the server's knock did not come in by it",
              "Look for another firewall on the way, the ISP's or this machine's own; or ask the"
                  + " operator whether the server knocks from another address than devices connect"
                  + " to");
      case NOT_TRIED ->
          Finding.warn(
              "pinhole", opened + ", not tried from outside: " + view.why(), view.remedy());
    };
  }

  private static Finding cameIn(String opened, Sight without, long lease) {
    return switch (without) {
      case STAYED_OUT ->
          Finding.ok(
              "pinhole",
              opened + ", the server's knock came in by it, lease " + lease + " s, and closed it");
      case CAME_IN ->
          Finding.warn(
              "pinhole",
              opened + ", and the server's knock came in, as it does without a hole",
              "Whether the hole lets peers in is not to be seen before the gateway is shut");
      case NOT_TRIED ->
          Finding.warn(
              "pinhole",
              opened + ", and the server's knock came in, but maybe it does without a hole",
              "Run again in a minute, to have that tried");
    };
  }

  private static String outside(PinholeRequest request, Pinhole hole) {
    return hole.outside().equals(request.own())
        ? ""
        : ", found outside at " + IpText.of(hole.outside());
  }
}
