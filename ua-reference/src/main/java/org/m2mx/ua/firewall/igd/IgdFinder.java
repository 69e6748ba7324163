package org.m2mx.ua.firewall.igd;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallFinder;
import org.m2mx.ua.net.IpText;

/** Finds an Internet Gateway Device 2 on the link. */
public final class IgdFinder implements FirewallFinder {
  private static final System.Logger LOG = System.getLogger(IgdFinder.class.getName());
  private static final int OK = 200;

  private final SsdpSearch search;
  private final Duration patience;

  /** By service: a gateway that is found again may still have holes from before. */
  private final Map<Service, PinholeOwners> owners = new ConcurrentHashMap<>();

  /**
   * A gateway's service.
   *
   * @param gateway its address, with the link where that matters
   * @param port its port
   * @param path its control URL
   */
  private record Service(String gateway, int port, String path) {}

  /** Searches by multicast, IPv6 and IPv4. */
  public IgdFinder() {
    this(SsdpSearch.multicast(), GatewayHttp.PATIENCE);
  }

  /** Searches elsewhere, and waits for each answer by HTTP as long as it is told to. */
  IgdFinder(SsdpSearch search, Duration patience) {
    this.search = search;
    this.patience = patience;
  }

  @Override
  public String method() {
    return "IGD:2";
  }

  @Override
  public Optional<FirewallControl> find(InetAddress own) throws FirewallException {
    if (!(own instanceof Inet6Address)) {
      return Optional.empty();
    }
    FirewallException unusable = null;
    try {
      for (SsdpSearch.Candidate candidate : search.search(own, WanIpv6FirewallControl.SERVICE)) {
        try {
          return Optional.of(control(candidate));
        } catch (FirewallException e) {
          unusable = e;
        }
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "No SSDP search: {0}", e.getMessage());
    }
    if (unusable != null) {
      throw unusable;
    }
    return Optional.empty();
  }

  private FirewallControl control(SsdpSearch.Candidate candidate) throws FirewallException {
    SsdpResponse response = candidate.response();
    GatewayHttp http = new GatewayHttp(candidate.local(), response.gateway(), patience);
    String at = "IGD at " + IpText.of(response.gateway());
    try {
      GatewayHttp.Reply reply = http.get(response.path());
      if (reply.status() != OK) {
        throw new FirewallException(at + " answers with HTTP status " + reply.status());
      }
      String path =
          DeviceDescription.controlPath(
                  reply.body(),
                  WanIpv6FirewallControl.SERVICE,
                  response.gateway().getAddress(),
                  response.path())
              .orElseThrow(() -> new FirewallException(at + " opens no IPv6 pinholes"));
      WanIpv6FirewallControl control =
          new WanIpv6FirewallControl(http, path, ownersAt(response.gateway(), path));
      control.checkStatus();
      return control;
    } catch (IOException e) {
      throw new FirewallException(at + ": " + e.getMessage(), e);
    }
  }

  private PinholeOwners ownersAt(InetSocketAddress gateway, String path) {
    return owners.computeIfAbsent(
        new Service(gateway.getAddress().getHostAddress(), gateway.getPort(), path),
        service -> new PinholeOwners(patience));
  }
}
