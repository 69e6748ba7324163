package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.RawMessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sip.address.Hop;
import javax.sip.address.SipURI;
import javax.sip.header.RouteHeader;
import javax.sip.message.Request;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowRoute;
import org.m2mx.sipcontainer.metrics.Direction;

/** What the SIP stack sends through, and what a message it receives came through. */
public abstract class SipChannel extends MessageChannel implements RawMessageChannel {
  private static final Logger MESSAGES = System.getLogger("org.m2mx.sipcontainer.messages");

  private final TransportLayer layer;
  private final InetSocketAddress remote;

  SipChannel(TransportLayer layer, MessageProcessor listener, InetSocketAddress remote) {
    this.layer = layer;
    this.messageProcessor = listener;
    this.remote = remote;
  }

  /** The transport. */
  public abstract Transport transport();

  /** The flow this channel is. */
  public abstract Flow flow();

  abstract void send(byte[] message) throws IOException;

  /**
   * A response came; channels that keep requests can let go of this one.
   *
   * @param branch as it was on the wire
   */
  void answered(String branch, SIPResponse response) {}

  /**
   * Whether what is sent through this channel is answered through that one. A connection has to be
   * the same one; of datagrams the address has to be, since the port may differ.
   */
  boolean isReachedBy(SipChannel actual) {
    if (isReliable()) {
      return this == actual;
    }
    return transport() == actual.transport()
        && remote.getAddress().equals(actual.remote().getAddress());
  }

  /** What it is found by again as long as it lasts: whoever keeps that keeps no connection. */
  Supplier<Optional<SipChannel>> reference() {
    return () -> Optional.of(this);
  }

  final TransportLayer layer() {
    return layer;
  }

  final InetSocketAddress local() {
    return new InetSocketAddress(messageProcessor.getIpAddress(), messageProcessor.getPort());
  }

  /** The peer as seen from here. */
  public final InetSocketAddress remote() {
    return remote;
  }

  /** The channel that the response to a request from here takes (RFC 3261 section 18.2.2). */
  SipChannel backTo(Via topmost) {
    return this;
  }

  @Override
  public void sendMessage(SIPMessage message) throws IOException {
    transmit(message);
  }

  /**
   * Sends a response to where its request came from.
   *
   * @param response with the Via of the request on top
   */
  public final void sendBack(SIPResponse response) throws IOException {
    backTo(response.getTopmostVia()).sendMessage(response);
  }

  /**
   * Sends a message.
   *
   * @return what went over the wire
   */
  final byte[] transmit(SIPMessage message) throws IOException {
    byte[] bytes = layer.overloadFeedback().in(onTheWire(message)).encodeAsBytes(getTransport());
    MESSAGES.log(Level.TRACE, () -> "To %s\n%s".formatted(flow(), text(bytes)));
    send(bytes);
    count(message);
    message.setRemoteAddress(remote.getAddress());
    message.setRemotePort(remote.getPort());
    message.setLocalAddress(messageProcessor.getIpAddress());
    message.setLocalPort(messageProcessor.getPort());
    return bytes;
  }

  private void count(SIPMessage message) {
    if (message instanceof SIPRequest request) {
      layer.meters().request(Direction.OUT, transport(), request.getMethod());
    } else if (message instanceof SIPResponse response) {
      layer
          .meters()
          .response(
              Direction.OUT, transport(), response.getCSeq().getMethod(), response.getStatusCode());
    }
  }

  @Override
  public void sendMessage(SIPMessage message, Hop hop) throws IOException {
    sendMessage(message);
  }

  @Override
  public void sendMessage(SIPMessage message, InetAddress address, int port) throws IOException {
    sendMessage(message);
  }

  @Override
  protected void sendMessage(byte[] message, InetAddress address, int port, boolean reconnect)
      throws IOException {
    send(message);
  }

  @Override
  public void processMessage(SIPMessage message) {
    layer.receiver().dispatch(message, this);
  }

  /** Answers a request that cannot be sent as if the next hop had answered it. */
  final void answerInstead(SIPRequest request, int status, String reason) {
    if (!request.getMethod().equals(Request.ACK)) {
      SIPResponse response = request.createResponse(status, reason);
      if (response.getToTag() == null) {
        response.setToTag(Long.toHexString(request.hashCode() & 0xffffffffL));
      }
      processMessage(response);
    }
  }

  static String text(byte[] bytes) {
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The Route of a flow has done its work once the message is here. */
  private static SIPMessage onTheWire(SIPMessage message) {
    if (message instanceof SIPRequest request && isFlowRoute(request.getHeader(RouteHeader.NAME))) {
      SIPRequest copy = (SIPRequest) request.clone();
      copy.removeFirst(RouteHeader.NAME);
      return copy;
    }
    return message;
  }

  private static boolean isFlowRoute(Object header) {
    return header instanceof RouteHeader route
        && route.getAddress().getURI() instanceof SipURI uri
        && FlowRoute.isFlowHost(uri.getHost());
  }

  @Override
  public SIPTransactionStack getSIPStack() {
    return layer.stack();
  }

  @Override
  public String getTransport() {
    return transport().name();
  }

  @Override
  public boolean isReliable() {
    return transport().isStream();
  }

  @Override
  public boolean isSecure() {
    return transport().isSecure();
  }

  @Override
  public String getPeerAddress() {
    return remote.getAddress().getHostAddress();
  }

  @Override
  protected InetAddress getPeerInetAddress() {
    return remote.getAddress();
  }

  @Override
  protected String getPeerProtocol() {
    return getTransport();
  }

  @Override
  public int getPeerPort() {
    return remote.getPort();
  }

  @Override
  public int getPeerPacketSourcePort() {
    return remote.getPort();
  }

  @Override
  public InetAddress getPeerPacketSourceAddress() {
    return remote.getAddress();
  }

  @Override
  public String getKey() {
    return getKey(remote.getAddress(), remote.getPort(), getTransport());
  }

  @Override
  public String getViaHost() {
    return messageProcessor.getIpAddress().getHostAddress();
  }

  @Override
  public int getViaPort() {
    return messageProcessor.getPort();
  }
}
