package org.m2mx.ua.signalling;

import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.EventScanner;
import gov.nist.javax.sip.EventWrapper;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.ListIterator;
import java.util.Properties;
import java.util.TooManyListenersException;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.sip.ClientTransaction;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.ObjectInUseException;
import javax.sip.PeerUnavailableException;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.TransportNotSupportedException;
import javax.sip.address.Hop;
import javax.sip.address.Router;
import javax.sip.message.Request;
import javax.sip.message.Response;

/**
 * JAIN SIP's stack, with its parser, transactions and dialogs, but with our {@link Flow} in place
 * of its transports. Its own TLS transport checks no host name, opens connections when it likes,
 * and tells nobody when one breaks.
 */
final class FlowStack extends SipStackImpl {
  static {
    // Anything the stack logs before it has read its properties would look for log4j.
    CommonLogger.legacyLogger = new StackLog();
  }

  private FlowProcessor processor;

  private FlowStack(Supplier<Flow> flow, BiConsumer<ClientTransaction, Response> late)
      throws PeerUnavailableException {
    super(properties());
    setMessageProcessorFactory(
        (stack, address, port, transport) -> {
          processor = new FlowProcessor(stack, address, port, flow, late);
          return processor;
        });
    setRouter(new FlowRouter(flow));
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "m2mx-ua-" + UUID.randomUUID());
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "on");
    properties.setProperty("gov.nist.javax.sip.STACK_LOGGER", StackLog.class.getName());
    properties.setProperty("gov.nist.javax.sip.SERVER_LOGGER", NoServerLog.class.getName());
    properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
    // How long a second 2xx of a forked INVITE is still known for what it is (64*T1).
    properties.setProperty("gov.nist.javax.sip.MAX_FORK_TIME_SECONDS", "32");
    properties.setProperty(
        "gov.nist.javax.sip.THREAD_PRIORITY", String.valueOf(Thread.NORM_PRIORITY));
    return properties;
  }

  /** A running stack and its one provider. */
  record Running(FlowStack stack, SipProvider provider) {
    /** Hands a message from the wire to the stack. */
    void received(byte[] message) {
      stack.processor.channel().received(message);
    }

    /**
     * Stops the stack, on another thread: the stack sleeps for a second while it stops, and nobody
     * needs to wait for that.
     */
    void stop() {
      Thread stopper = new Thread(stack::stop, "m2mx-ua-stack-stop");
      stopper.setDaemon(true);
      stopper.start();
    }
  }

  /**
   * Also wakes the stack's scanner of events, to find that it was stopped: with a listener that
   * takes events as they come it is given none, and its thread would keep the process alive.
   */
  @Override
  public void stop() {
    EventScanner scanner = getEventScanner();
    super.stop();
    if (scanner != null) {
      scanner.addEvent(
          new EventWrapper(new IOExceptionEvent(this, "", 0, FlowProcessor.TRANSPORT), null));
    }
  }

  /**
   * Starts a stack.
   *
   * @param nominal the address that the stack takes for its own; an address of this machine that
   *     the server does not listen on
   * @param flow the flow of the moment
   * @param listener is told of requests, responses and time-outs
   * @param late is told of final responses after the first
   */
  static Running start(
      InetSocketAddress nominal,
      Supplier<Flow> flow,
      SipListener listener,
      BiConsumer<ClientTransaction, Response> late) {
    try {
      FlowStack stack = new FlowStack(flow, late);
      SipProvider provider =
          stack.createSipProvider(
              stack.createListeningPoint(
                  nominal.getAddress().getHostAddress(),
                  nominal.getPort(),
                  FlowProcessor.TRANSPORT));
      provider.addSipListener(listener);
      return new Running(stack, provider);
    } catch (PeerUnavailableException
        | TransportNotSupportedException
        | InvalidArgumentException
        | ObjectInUseException
        | TooManyListenersException e) {
      throw new IllegalStateException("the SIP stack does not start", e);
    }
  }

  /** Sends every request to the server, whatever its Request-URI or Route says (RFC 5626 4.3). */
  private record FlowRouter(Supplier<Flow> flow) implements Router {
    private Hop hop() {
      InetSocketAddress server = flow.get().remote();
      return new HopImpl(
          server.getAddress().getHostAddress(), server.getPort(), FlowProcessor.TRANSPORT);
    }

    @Override
    public Hop getNextHop(Request request) {
      return hop();
    }

    @Override
    public Hop getOutboundProxy() {
      return hop();
    }

    @Override
    @SuppressWarnings("deprecation")
    public ListIterator<Hop> getNextHops(Request request) {
      return List.of(hop()).listIterator();
    }
  }
}
