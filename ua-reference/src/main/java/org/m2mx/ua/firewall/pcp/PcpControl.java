package org.m2mx.ua.firewall.pcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.IpText;

/**
 * Opens holes by MAP requests (RFC 6887 section 11): for IPv6 from the port to itself, for IPv4
 * from a port of the gateway. They let in any source: the FILTER option (section 13.3), which would
 * restrict that, is echoed with success by gateways that ignore it, so that it is not even sent.
 */
final class PcpControl implements FirewallControl {
  private static final System.Logger LOG = System.getLogger(PcpControl.class.getName());

  /** Seconds; servers make it longer where they have a minimum. */
  private static final long SHORTEST_LIFETIME = 1;

  private final PcpServer server;
  private final LiveMappings live;
  private final SecureRandom random = new SecureRandom();

  PcpControl(PcpServer server, Clock clock) {
    this.server = server;
    this.live = new LiveMappings(describe(), clock);
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
  boolean answers(InetAddress client) {
    try {
      PcpResponse response =
          server.ask(
              client,
              PcpRequest.announce(client),
              PcpResponse::parse,
              candidate -> candidate.opcode() == PcpRequest.ANNOUNCE);
      live.heard(response.epoch(), null);
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
    InetSocketAddress external = mapped.map(request.lease().toSeconds()).external();
    boolean translated = request.ownAddress() instanceof Inet4Address;
    boolean usable =
        translated
            ? external.getPort() != 0 && !external.getAddress().isAnyLocalAddress()
            : external.equals(request.own());
    if (!usable) {
      mapped.close();
      throw new FirewallException(
          "it opened " + IpText.of(external) + " instead, where no peer will look");
    }
    mapped.outside = external;
    live.add(mapped);
    return mapped;
  }

  private final class Mapped extends LiveMappings.Mapped {
    private final PinholeRequest request;
    private final byte[] nonce;
    private volatile InetSocketAddress outside;
    private volatile Duration lease;

    Mapped(PinholeRequest request, byte[] nonce) {
      super(live);
      this.request = request;
      this.nonce = nonce;
      this.outside = PcpRequest.wish(request.own());
      this.lease = request.lease();
    }

    @Override
    public Duration lease() {
      return lease;
    }

    @Override
    public InetSocketAddress outside() {
      return outside;
    }

    /** Some gateways answer port 0 to a renewal, and mean the one that they have given. */
    @Override
    public void renew() throws FirewallException {
      InetSocketAddress external = map(request.lease().toSeconds()).external();
      if (external.getPort() != 0 && !external.equals(outside)) {
        throw new FirewallException(
            "it opened "
                + IpText.of(external)
                + " instead of "
                + IpText.of(outside)
                + ", where the peer does not look");
      }
    }

    /**
     * Some gateways forget at a renewal who has opened the hole, and refuse to close it; those can
     * still be told to let it lapse soon.
     */
    @Override
    void delete() throws FirewallException {
      PcpResponse response = ask(0);
      if (response.result() != PcpResponse.SUCCESS) {
        map(SHORTEST_LIFETIME);
        throw new FirewallException("PCP " + PcpResponse.explain(response.result()));
      }
    }

    private PcpResponse.Mapping map(long lifetime) throws FirewallException {
      PcpResponse response = ask(lifetime);
      if (response.result() != PcpResponse.SUCCESS) {
        live.heard(response.epoch(), this);
        throw new FirewallException("PCP " + PcpResponse.explain(response.result()));
      }
      lease = Duration.ofSeconds(Math.max(SHORTEST_LIFETIME, response.lifetime()));
      live.heard(response.epoch(), this);
      return response.mapping().orElseThrow();
    }

    private PcpResponse ask(long lifetime) throws FirewallException {
      return server.ask(
          request.ownAddress(),
          PcpRequest.map(lifetime, request.own(), nonce, request.protocol(), outside),
          PcpResponse::parse,
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

    @Override
    public String toString() {
      return request.toString();
    }
  }
}
