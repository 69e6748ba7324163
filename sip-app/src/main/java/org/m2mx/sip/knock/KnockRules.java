package org.m2mx.sip.knock;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import javax.servlet.sip.SipServletResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.limit.RateLimit;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Whom a knock is given, and how often. A device is knocked at the very address that its connection
 * comes from, so that nobody is made to knock at somebody else's door; where that address is not
 * the device's own, there is no knock.
 */
@Singleton
public class KnockRules {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final EdgeProxies edgeProxies;
  private final int perMinute;
  private final RateLimit limit;

  /**
   * @param edgeProxies whose address is not that of the device
   * @param clock the time
   * @param perMinute how many an account may ask for in a minute, from {@code
   *     m2mx.knock.per-minute}; 0 for none at all
   * @throws IllegalArgumentException if it is below 0
   */
  @Inject
  public KnockRules(
      EdgeProxies edgeProxies,
      Clock clock,
      @ConfigProperty(name = "m2mx.knock.per-minute", defaultValue = "20") int perMinute) {
    if (perMinute < 0) {
      throw new IllegalArgumentException("m2mx.knock.per-minute=" + perMinute + ": give 0 or more");
    }
    this.edgeProxies = edgeProxies;
    this.perMinute = perMinute;
    this.limit = new RateLimit(Math.max(1, perMinute), PERIOD, clock);
  }

  /** Whether anybody is knocked at. */
  boolean offer() {
    return perMinute > 0;
  }

  /**
   * Reads a question.
   *
   * @param flow what it came by
   * @param body of the question
   * @throws KnockRefusedException if it is never to be knocked there
   */
  Knock read(Flow flow, byte[] body) throws KnockRefusedException {
    Knock knock;
    try {
      knock = Knock.parse(body);
    } catch (IllegalArgumentException unreadable) {
      throw new KnockRefusedException(SipServletResponse.SC_BAD_REQUEST, unreadable.getMessage());
    }
    if (flow.transport() == Transport.UDP) {
      throw forbidden("over UDP nobody shows where it is: come by TLS");
    }
    if (edgeProxies.opened(flow)) {
      throw forbidden("a proxy stands between, and it would be knocked at: come without");
    }
    if (isOwn(flow)) {
      throw forbidden("the address is this server's own: ask from another machine");
    }
    if (isLocal(flow)) {
      throw forbidden("the address is a local one, maybe a balancer's: come from a global one");
    }
    return knock;
  }

  /**
   * Counts a knock that could be given now.
   *
   * @param sender who asks, authenticated
   * @throws KnockRefusedException if the account has had its knocks
   */
  void count(Aor sender) throws KnockRefusedException {
    Duration wait = limit.ask(sender.toString());
    if (!wait.isZero()) {
      Duration whole = Duration.ofSeconds(wait.toSeconds() + 1);
      throw new KnockRefusedException(
          whole, "too many knocks: ask again in " + whole.toSeconds() + " s");
    }
  }

  private static KnockRefusedException forbidden(String text) {
    return new KnockRefusedException(SipServletResponse.SC_FORBIDDEN, text);
  }

  /** A program on this machine that passes connections on shall not lead to what else runs here. */
  private static boolean isOwn(Flow flow) {
    InetAddress address = AddressText.literal(flow.remoteAddress()).orElseThrow();
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      throw new IllegalStateException("the system does not tell its addresses", e);
    }
  }

  /**
   * A balancer that puts its own address in the device's place mostly has one of the operator's
   * inner network, while devices connect to a public one.
   */
  private static boolean isLocal(Flow flow) {
    InetAddress remote = AddressText.literal(flow.remoteAddress()).orElseThrow();
    Scope scope = Scope.of(remote);
    return scope == Scope.LINK
        || scope != Scope.GLOBAL
            && scope != Scope.of(AddressText.literal(flow.localAddress()).orElseThrow());
  }
}
