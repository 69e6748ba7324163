package org.m2mx.ua.firewall.pcp;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.IpText;

/**
 * Opens holes by MAP requests (RFC 6887 section 11). They let in any source: the FILTER option
 * (section 13.3), which would restrict that, is echoed with success by gateways that ignore it, so
 * that it is not even sent.
 */
final class PcpControl implements FirewallControl {
  private static final System.Logger LOG = System.getLogger(PcpControl.class.getName());

  /** Seconds; servers make it longer where they have a minimum. */
  private static final long SHORTEST_LIFETIME = 1;

  private final PcpServer server;
  private final Epoch epoch;
  private final SecureRandom random = new SecureRandom();
  private final Set<Mapped> open = ConcurrentHashMap.newKeySet();

  PcpControl(PcpServer server, Clock clock) {
    this.server = server;
    this.epoch = new Epoch(clock);
  }

  @Override
  public String describe() {
    return "PCP at " + IpText.of(server.address());
  }

  @Override
  public SourceRestriction restriction() {
    return SourceRestriction.ANY_SOURCE;
  }

  /** Says whether the server is there (RFC 6887 section 14.1). */
  boolean answers(Inet6Address client) {
    try {
      PcpResponse response =
          server.ask(
              client,
              PcpRequest.announce(client),
              candidate -> candidate.opcode() == PcpRequest.ANNOUNCE);
      epoch.isContinuedBy(response.epoch());
      return response.result() == PcpResponse.SUCCESS;
    } catch (FirewallException e) {
      LOG.log(System.Logger.Level.DEBUG, "No PCP: {0}", e.getMessage());
      return false;
    }
  }

  @Override
  public Pinhole open(PinholeRequest request) throws FirewallException {
    byte[] nonce = new byte[PcpRequest.NONCE_LENGTH];
    random.nextBytes(nonce);
    Mapped mapped = new Mapped(request, nonce);
    PcpResponse.Mapping mapping = mapped.map(request.lease().toSeconds());
    if (mapping.externalPort() != request.own().getPort()
        || !mapping.externalAddress().equals(request.ownAddress())) {
      mapped.close();
      throw new FirewallException(
          "it opened "
              + IpText.bracketed(mapping.externalAddress())
              + ":"
              + mapping.externalPort()
              + " instead, where no peer will look");
    }
    open.add(mapped);
    return mapped;
  }

  /** The server has lost its mappings: those that are not being asked for already are made anew. */
  private void restoreOthers(Mapped renewed) {
    LOG.log(System.Logger.Level.INFO, "{0} has restarted", describe());
    for (Mapped other : open) {
      if (other != renewed) {
        try {
          other.map(other.request.lease().toSeconds());
        } catch (FirewallException e) {
          LOG.log(
              System.Logger.Level.WARNING,
              "{0} did not restore the hole {1}: {2}",
              describe(),
              other.request,
              e.getMessage());
        }
      }
    }
  }

  private final class Mapped implements Pinhole {
    private final PinholeRequest request;
    private final byte[] nonce;
    private volatile Duration lease;

    Mapped(PinholeRequest request, byte[] nonce) {
      this.request = request;
      this.nonce = nonce;
      this.lease = request.lease();
    }

    @Override
    public Duration lease() {
      return lease;
    }

    /** The external port of a renewal is not looked at: some gateways answer 0. */
    @Override
    public void renew() throws FirewallException {
      map(request.lease().toSeconds());
    }

    /**
     * Some gateways forget at a renewal who has opened the hole, and refuse to close it; those can
     * still be told to let it lapse soon.
     */
    @Override
    public void close() throws FirewallException {
      open.remove(this);
      PcpResponse response = ask(0);
      if (response.result() != PcpResponse.SUCCESS) {
        map(SHORTEST_LIFETIME);
        throw new FirewallException("PCP " + PcpResponse.explain(response.result()));
      }
    }

    private PcpResponse.Mapping map(long lifetime) throws FirewallException {
      PcpResponse response = ask(lifetime);
      boolean restarted = !epoch.isContinuedBy(response.epoch());
      if (response.result() != PcpResponse.SUCCESS) {
        throw new FirewallException("PCP " + PcpResponse.explain(response.result()));
      }
      lease = Duration.ofSeconds(Math.max(SHORTEST_LIFETIME, response.lifetime()));
      if (restarted) {
        restoreOthers(this);
      }
      return response.mapping().orElseThrow();
    }

    private PcpResponse ask(long lifetime) throws FirewallException {
      return server.ask(
          request.ownAddress(),
          PcpRequest.map(
              lifetime, request.ownAddress(), nonce, request.protocol(), request.own().getPort()),
          this::isAnswer);
    }

    /** RFC 6887 section 11.4: an answer has the nonce, the protocol and the port of the request. */
    private boolean isAnswer(PcpResponse response) {
      return response
          .mapping()
          .filter(mapping -> mapping.nonce().equals(ByteBuffer.wrap(nonce)))
          .filter(mapping -> mapping.protocol() == request.protocol().number())
          .filter(mapping -> mapping.internalPort() == request.own().getPort())
          .isPresent();
    }
  }
}
