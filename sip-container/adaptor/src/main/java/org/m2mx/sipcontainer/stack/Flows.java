package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPTransaction;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipURI;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowRoute;
import org.m2mx.sipcontainer.flow.FlowTable;
import org.m2mx.sipcontainer.transport.SipChannel;
import org.m2mx.sipcontainer.transport.TransportLayer;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.address.SipURIImpl;
import org.mobicents.servlet.sip.message.SipServletMessageImpl;

/** Flows as the running stack knows them. */
final class Flows implements FlowTable {
  private final TransportLayer transport;

  Flows(TransportLayer transport) {
    this.transport = transport;
  }

  @Override
  public Optional<Flow> find(SipServletMessage message) {
    SipServletMessageImpl internal = (SipServletMessageImpl) message;
    if (internal.getMessage() instanceof SIPRequest request
        && request.getMessageChannel() instanceof SipChannel channel) {
      return Optional.of(channel.flow());
    }
    if (internal.getTransaction() instanceof SIPTransaction transaction
        && transaction.getMessageChannel() instanceof SipChannel channel) {
      return Optional.of(channel.flow());
    }
    return Optional.empty();
  }

  @Override
  public boolean isOpen(Flow flow) {
    return transport.isOpen(flow);
  }

  @Override
  public Optional<Duration> longestSilence(Flow flow) {
    return flow.transport() == Transport.UDP
        ? Optional.empty()
        : Optional.of(transport.idleTimeout()).filter(timeout -> !timeout.isZero());
  }

  @Override
  public SipURI routeOf(Flow flow) {
    try {
      SipUri uri = new SipUri();
      uri.setUser(flow.token());
      uri.setHost(FlowRoute.host(flow));
      uri.setTransportParam(flow.transport().parameter());
      uri.setLrParam();
      return new SipURIImpl(uri, ModifiableRule.Modifiable);
    } catch (ParseException e) {
      throw new IllegalStateException("a token and a label fit a URI", e);
    }
  }
}
