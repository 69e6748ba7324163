package org.m2mx.ua.signalling;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.net.InetAddress;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.sip.ClientTransaction;
import javax.sip.message.Response;

/** A JAIN SIP listening point that listens nowhere: there is only the flow. */
final class FlowProcessor extends MessageProcessor {
  /** The transport's name in Via and Contact (RFC 3261 section 18). */
  static final String TRANSPORT = "tls";

  private static final int SIPS_PORT = 5061;

  private final FlowChannel channel;

  FlowProcessor(
      SIPTransactionStack stack,
      InetAddress address,
      int port,
      Supplier<Flow> flow,
      BiConsumer<ClientTransaction, Response> late) {
    super(address, port, TRANSPORT, stack);
    this.channel = new FlowChannel(stack, this, flow, late);
  }

  FlowChannel channel() {
    return channel;
  }

  @Override
  public SIPTransactionStack getSIPStack() {
    return sipStack;
  }

  @Override
  public MessageChannel createMessageChannel(HostPort target) {
    return channel;
  }

  @Override
  public MessageChannel createMessageChannel(InetAddress target, int port) {
    return channel;
  }

  @Override
  public void start() {
    // Flows start when they are connected.
  }

  @Override
  public void stop() {
    // Flows end when they are closed.
  }

  @Override
  public int getDefaultTargetPort() {
    return SIPS_PORT;
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public int getMaximumMessageSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean inUse() {
    return true;
  }
}
