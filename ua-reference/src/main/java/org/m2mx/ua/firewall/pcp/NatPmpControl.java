package org.m2mx.ua.firewall.pcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.IpText;

/**
 * Has a gateway lend ports by NAT-PMP (RFC 6886). They let in any source: the protocol knows no
 * other.
 */
final class NatPmpControl implements FirewallControl {
  private static final System.Logger LOG = System.getLogger(NatPmpControl.class.getName());

  private final PcpServer server;
  private final LiveMappings live;

  NatPmpControl(PcpServer server, Clock clock) {
    this.server = server;
    this.live = new LiveMappings(describe(), clock);
  }

  @Override
  public String describe() {
    return "NAT-PMP at " + IpText.of(server.address());
  }

  @Override
  public SourceRestriction restriction() {
    return SourceRestriction.ANY_SOURCE;
  }

  /** Says whether the gateway is there and has an address outside. */
  boolean answers(InetAddress client) {
    try {
      externalAddress(client);
      return true;
    } catch (FirewallException e) {
      LOG.log(System.Logger.Level.DEBUG, "No NAT-PMP: {0}", e.getMessage());
      return false;
    }
  }

  private InetAddress externalAddress(InetAddress client) throws FirewallException {
    NatPmpResponse.ExternalAddress answer =
        ask(client, NatPmpRequest.externalAddress(), NatPmpResponse.ExternalAddress.class, null);
    if (answer.address().isAnyLocalAddress()) {
      throw new FirewallException("it has no address outside");
    }
    return answer.address();
  }

  private <R extends NatPmpResponse> R ask(
      InetAddress client, byte[] request, Class<R> kind, Mapped asking) throws FirewallException {
    int opcode = request[1];
    NatPmpResponse response =
        server.ask(
            client,
            request,
            NatPmpResponse::parse,
            candidate ->
                candidate.opcode() == opcode && (asking == null || asking.isAnswered(candidate)));
    live.heard(response.epoch(), asking);
    if (!kind.isInstance(response)) {
      throw new FirewallException("NAT-PMP " + NatPmpResponse.explain(response.result()));
    }
    return kind.cast(response);
  }

  @Override
  public Pinhole open(PinholeRequest request) throws FirewallException {
    InetAddress external = externalAddress(request.ownAddress());
    Mapped mapped = new Mapped(request, external);
    mapped.open();
    live.add(mapped);
    return mapped;
  }

  private final class Mapped extends LiveMappings.Mapped {
    private final PinholeRequest request;
    private volatile InetSocketAddress outside;
    private volatile Duration lease;

    /** Wishes for the port that it has inside. */
    Mapped(PinholeRequest request, InetAddress external) {
      super(live);
      this.request = request;
      this.outside = new InetSocketAddress(external, request.own().getPort());
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

    private void open() throws FirewallException {
      outside = new InetSocketAddress(outside.getAddress(), map());
    }

    @Override
    public void renew() throws FirewallException {
      int port = map();
      if (port != outside.getPort()) {
        throw new FirewallException(
            "it lends port "
                + port
                + " instead of "
                + outside.getPort()
                + ", where the peer does not look");
      }
    }

    /** Returns the port outside. */
    private int map() throws FirewallException {
      NatPmpResponse.Mapping mapping = ask(request.lease().toSeconds(), outside.getPort());
      if (mapping.externalPort() == 0 || mapping.lifetime() == 0) {
        throw new FirewallException("it says that it has lent a port, and lends none");
      }
      lease = Duration.ofSeconds(mapping.lifetime());
      return mapping.externalPort();
    }

    /** RFC 6886 section 3.4: with a lifetime and an external port of 0. */
    @Override
    void delete() throws FirewallException {
      ask(0, 0);
    }

    private NatPmpResponse.Mapping ask(long lifetime, int externalPort) throws FirewallException {
      return NatPmpControl.this.ask(
          request.ownAddress(),
          NatPmpRequest.map(request.protocol(), request.own().getPort(), externalPort, lifetime),
          NatPmpResponse.Mapping.class,
          this);
    }

    /** A refusal does not always say of what. */
    private boolean isAnswered(NatPmpResponse response) {
      return !(response instanceof NatPmpResponse.Mapping mapping)
          || mapping.internalPort() == request.own().getPort();
    }

    @Override
    public String toString() {
      return request.toString();
    }
  }
}
