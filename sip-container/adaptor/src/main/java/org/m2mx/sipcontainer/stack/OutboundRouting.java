package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.RecordRoute;
import gov.nist.javax.sip.header.RecordRouteList;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.header.ims.PathHeader;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.header.ContactHeader;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.dns.Target;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowRoute;
import org.m2mx.sipcontainer.transport.NextHop;
import org.m2mx.sipcontainer.transport.SipChannel;

/**
 * Chooses the listener a request leaves from and makes its headers say so. The core takes the first
 * listener of a transport, which is wrong as soon as there are two: here the flow decides, or else
 * the family of the target. Where a request leaves by another listener than it came in by, it is
 * record-routed twice, once for each side (RFC 5658).
 */
final class OutboundRouting {
  private final ListenerProviders listeners;
  private final OwnRoutes ownRoutes;

  OutboundRouting(ListenerProviders listeners, OwnRoutes ownRoutes) {
    this.listeners = listeners;
    this.ownRoutes = ownRoutes;
  }

  /**
   * Prepares a request to be sent. Where its target is a name the listener is a guess, and is
   * chosen again when the name has been looked up.
   *
   * @return the listener to send it from
   * @throws SipException when it has no target this server can reach
   */
  Binding prepare(SIPRequest request) throws SipException {
    removeOwnRoutesBehindFlow(request);
    return leave(request, listenerFor(request));
  }

  /** Does the same once a target that was a name is known. */
  Binding leave(SIPRequest request, Target target) throws SipException {
    InetAddress address = target.address().getAddress();
    return leave(
        request,
        listeners
            .towards(target.transport(), address, Optional.empty())
            .orElseThrow(() -> unreachable(target.transport(), AddressText.plain(address))));
  }

  private Binding leave(SIPRequest request, Binding outbound) throws SipException {
    try {
      name(outbound, request.getTopmostVia());
      recordRoute(request, outbound);
      path(request, outbound);
      contact(request, outbound);
    } catch (ParseException | InvalidArgumentException e) {
      throw new SipException("a listener's address does not fit a header", e);
    }
    return outbound;
  }

  /** The flow's Route is pushed above what is left of this server's own double Record-Route. */
  private void removeOwnRoutesBehindFlow(SIPRequest request) {
    RouteList routes = request.getRouteHeaders();
    if (routes == null || !isFlow(routes.getFirst())) {
      return;
    }
    while (routes.size() > 1 && ownRoutes.isOwn(routes.get(1))) {
      routes.remove(1);
    }
  }

  /** Whether a Route stands for a flow. */
  static boolean isFlow(Object route) {
    return ((Route) route).getAddress().getURI() instanceof SipURI uri
        && FlowRoute.isFlowHost(uri.getHost());
  }

  private Binding listenerFor(SIPRequest request) throws SipException {
    SipURI target = NextHop.of(request);
    if (FlowRoute.isFlowHost(target.getHost())) {
      Flow flow = Flow.parse(target.getUser());
      InetAddress local =
          AddressText.literal(flow.localAddress())
              .orElseThrow(() -> new SipException("not a flow: " + target.getUser()));
      return listeners
          .at(flow.transport(), local, flow.localPort())
          .or(() -> listeners.first(flow.transport()))
          .orElseThrow(() -> new SipException("no listener for " + flow.transport()));
    }
    Via via = request.getTopmostVia();
    Transport transport = transport(target, via);
    String host = target.getMAddrParam() != null ? target.getMAddrParam() : target.getHost();
    Optional<InetAddress> address = AddressText.literal(host);
    return address
        .map(known -> listeners.towards(transport, known, listenerOf(via)))
        .orElseGet(() -> listeners.first(transport).or(listeners::any))
        .orElseThrow(() -> unreachable(transport, host));
  }

  private static SipException unreachable(Transport transport, String host) {
    return new SipException(
        "no %s listener to reach %s from, see sip.listen".formatted(transport, host));
  }

  private static Transport transport(SipURI target, Via via) throws SipException {
    try {
      if (target.isSecure()) {
        return secure(target.getTransportParam());
      }
      return Transport.of(
          target.getTransportParam() == null ? via.getTransport() : target.getTransportParam());
    } catch (IllegalArgumentException e) {
      throw new SipException(e.getMessage(), e);
    }
  }

  /** With {@code sips} the parameter names what is below TLS, or above it. */
  private static Transport secure(String transport) {
    return "ws".equalsIgnoreCase(transport) || "wss".equalsIgnoreCase(transport)
        ? Transport.WSS
        : Transport.TLS;
  }

  private Optional<Binding> listenerOf(Via via) {
    return AddressText.literal(via.getHost())
        .flatMap(address -> listeners.at(Transport.of(via.getTransport()), address, via.getPort()));
  }

  private static void name(Binding listener, Via via)
      throws ParseException, InvalidArgumentException {
    via.setHost(AddressText.inHeader(listener.address()));
    via.setPort(listener.port());
    via.setTransport(listener.transport().name());
  }

  private static void name(Binding listener, SipURI uri) throws ParseException {
    uri.setHost(AddressText.inHeader(listener.address()));
    uri.setPort(listener.port());
    uri.setTransportParam(listener.transport().parameter());
  }

  private void recordRoute(SIPRequest request, Binding outbound) throws ParseException {
    RecordRouteList recordRoutes = request.getRecordRouteHeaders();
    if (recordRoutes == null) {
      return;
    }
    List<RecordRoute> own = new ArrayList<>();
    for (RecordRoute recordRoute : recordRoutes) {
      if (!ownRoutes.isOwn(recordRoute)) {
        break;
      }
      own.add(recordRoute);
    }
    if (own.isEmpty()) {
      return;
    }
    Binding inbound = inboundListener(request).orElse(outbound);
    own.stream().skip(1).forEach(recordRoutes::remove);
    RecordRoute top = own.get(0);
    if (!inbound.equals(outbound)) {
      RecordRoute second = (RecordRoute) top.clone();
      name(inbound, (SipUri) second.getAddress().getURI());
      recordRoutes.add(1, second);
    }
    name(outbound, (SipUri) top.getAddress().getURI());
  }

  /**
   * A Path of this server's own leads back to where the next hop sees it (RFC 3327 section 5.2).
   */
  private void path(SIPRequest request, Binding outbound) throws ParseException {
    if (request.getHeader(PathHeader.NAME) instanceof PathHeader path
        && path.getAddress().getURI() instanceof SipURI uri
        && listenerOf(uri).isPresent()) {
      name(outbound, uri);
    }
  }

  /** A copied request still knows the channel it came through. */
  private Optional<Binding> inboundListener(SIPRequest request) {
    if (request.getMessageChannel() instanceof SipChannel channel) {
      return listeners.at(
          channel.transport(),
          channel.getMessageProcessor().getIpAddress(),
          channel.getMessageProcessor().getPort());
    }
    return Optional.empty();
  }

  /** Where this server is itself the Contact, the Contact is where its peer can reach it. */
  private void contact(SIPRequest request, Binding outbound) throws ParseException {
    if (request.getHeader(ContactHeader.NAME) instanceof ContactHeader contact
        && !contact.isWildCard()
        && contact.getAddress().getURI() instanceof SipURI uri
        && request.getMessageChannel() == null
        && listenerOf(uri).isPresent()) {
      name(outbound, uri);
    }
  }

  private Optional<Binding> listenerOf(SipURI uri) {
    Optional<InetAddress> address = AddressText.literal(uri.getHost());
    return address.flatMap(
        literal -> {
          String transport = uri.getTransportParam() == null ? "udp" : uri.getTransportParam();
          return listeners.at(
              uri.isSecure() ? secure(transport) : Transport.of(transport), literal, uri.getPort());
        });
  }
}
