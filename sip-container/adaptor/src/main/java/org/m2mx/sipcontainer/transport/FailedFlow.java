package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.MessageProcessor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Stands for a connection that is gone: each request is answered with 430 (Flow Failed, RFC 5626
 * section 5.3.1) at once, so that whoever sent it need not wait for a timeout.
 */
final class FailedFlow extends SipChannel {
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  static final int STATUS = 430;
  static final String REASON = "Flow Failed";

  private final Transport transport;

  FailedFlow(TransportLayer layer, MessageProcessor listener, Transport transport) {
    super(layer, listener, NOWHERE);
    this.transport = transport;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public Flow flow() {
    return Flow.between(transport, local(), NOWHERE, "failed");
  }

  @Override
  public void sendMessage(SIPMessage message) {
    if (message instanceof SIPRequest request) {
      answerInstead(request, STATUS, REASON);
    }
  }

  @Override
  void send(byte[] message) {
    // Nobody is there.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
