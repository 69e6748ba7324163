package org.m2mx.ua.firewall.igd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.IpText;

/**
 * The service WANIPv6FirewallControl:1 of an Internet Gateway Device 2.
 *
 * <p>Its pinholes are restricted to the peer's address, and to its port where that is known; but
 * gateways are known to drop the port at a renewal, so that it is not promised.
 */
final class WanIpv6FirewallControl implements FirewallControl {
  /** The service's type. */
  static final String SERVICE = "urn:schemas-upnp-org:service:WANIPv6FirewallControl:1";

  private static final int ANY_PORT = 0;

  private final GatewayHttp http;
  private final String path;
  private final PinholeOwners owners;

  /**
   * A gateway's service.
   *
   * @param http from the address that pinholes are for
   * @param path the service's control URL
   * @param owners of the service's pinholes, those that were opened by other controls included
   */
  WanIpv6FirewallControl(GatewayHttp http, String path, PinholeOwners owners) {
    this.http = http;
    this.path = path;
    this.owners = owners;
  }

  @Override
  public String describe() {
    return "IGD:2 at " + IpText.of(http.gateway());
  }

  @Override
  public SourceRestriction restriction() {
    return SourceRestriction.PEER_ADDRESS;
  }

  /**
   * Asks whether pinholes can be opened.
   *
   * @throws FirewallException if not; the message says why
   */
  void checkStatus() throws FirewallException {
    Map<String, String> status;
    try {
      status = invoke("GetFirewallStatus", new LinkedHashMap<>());
    } catch (SoapFault e) {
      throw refused(e);
    }
    if (!isTrue(status.get("FirewallEnabled"))) {
      throw new FirewallException(describe() + " has its IPv6 firewall off");
    }
    if (!isTrue(status.get("InboundPinholeAllowed"))) {
      throw new FirewallException(
          describe() + " lets nobody open pinholes: see its settings for UPnP");
    }
  }

  private static boolean isTrue(String value) {
    return value != null && value.toLowerCase(java.util.Locale.ROOT).matches("1|true|yes");
  }

  @Override
  public Pinhole open(PinholeRequest request) throws FirewallException {
    Added hole = new Added(request);
    hole.add();
    return hole;
  }

  private int add(PinholeRequest request) throws FirewallException {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("RemoteHost", IpText.of(request.peer()));
    arguments.put("RemotePort", String.valueOf(request.peerPort().orElse(ANY_PORT)));
    arguments.put("InternalClient", IpText.of(request.ownAddress()));
    arguments.put("InternalPort", String.valueOf(request.own().getPort()));
    arguments.put("Protocol", String.valueOf(request.protocol().number()));
    arguments.put("LeaseTime", String.valueOf(request.lease().toSeconds()));
    try {
      String id = invoke("AddPinhole", arguments).getOrDefault("UniqueID", "");
      if (!id.matches("\\d{1,5}")) {
        throw new FirewallException("AddPinhole answered without a UniqueID");
      }
      return Integer.parseInt(id);
    } catch (SoapFault e) {
      throw refused(e);
    }
  }

  private Map<String, String> invoke(String action, Map<String, String> arguments)
      throws FirewallException, SoapFault {
    try {
      return Soap.response(
          action,
          http.post(
              path,
              Map.of(
                  "Content-Type",
                  "text/xml; charset=\"utf-8\"",
                  "SOAPAction",
                  "\"" + SERVICE + "#" + action + "\""),
              Soap.request(SERVICE, action, arguments)));
    } catch (IOException e) {
      throw new FirewallException(action + " failed: " + e.getMessage(), e);
    }
  }

  private static FirewallException refused(SoapFault fault) {
    return new FirewallException("refused with " + fault.getMessage(), fault);
  }

  private final class Added implements Pinhole {
    private final PinholeRequest request;
    private int uniqueId;

    Added(PinholeRequest request) {
      this.request = request;
    }

    /** Where the gateway has such a hole already, and gives its identifier, this one owns it. */
    void add() throws FirewallException {
      PinholeOwners.Turn turn = owners.change();
      try (turn) {
        int given = WanIpv6FirewallControl.this.add(request);
        owners.remove(uniqueId, this);
        owners.put(given, this);
        uniqueId = given;
      }
    }

    @Override
    public Duration lease() {
      return request.lease();
    }

    @Override
    public InetSocketAddress outside() {
      return request.own();
    }

    /** By UpdatePinhole: to add what is there already gives wrong leases on some gateways. */
    @Override
    public void renew() throws FirewallException {
      if (!update()) {
        add();
      }
    }

    /** Says whether the gateway still has this hole. */
    private boolean update() throws FirewallException {
      Map<String, String> arguments = id();
      arguments.put("NewLeaseTime", String.valueOf(request.lease().toSeconds()));
      return invokeAsOwner("UpdatePinhole", arguments);
    }

    @Override
    public void close() throws FirewallException {
      invokeAsOwner("DeletePinhole", id());
      owners.remove(uniqueId, this);
    }

    /** Returns false where the identifier is another hole's by now, or nobody's. */
    private boolean invokeAsOwner(String action, Map<String, String> arguments)
        throws FirewallException {
      PinholeOwners.Turn turn = owners.use();
      try (turn) {
        if (!owners.owns(this, uniqueId)) {
          return false;
        }
        invoke(action, arguments);
        return true;
      } catch (SoapFault e) {
        if (!e.isOfUnknownPinhole()) {
          throw refused(e);
        }
        return false;
      }
    }

    private Map<String, String> id() {
      Map<String, String> arguments = new LinkedHashMap<>();
      arguments.put("UniqueID", String.valueOf(uniqueId));
      return arguments;
    }
  }
}
