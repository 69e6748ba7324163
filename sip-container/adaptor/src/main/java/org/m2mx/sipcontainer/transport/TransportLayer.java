package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.MessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.dns.Lookups;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowClosed;
import org.m2mx.sipcontainer.metrics.HandshakeResult;
import org.m2mx.sipcontainer.metrics.SipMeters;
import org.m2mx.sipcontainer.overload.Admission;
import org.m2mx.sipcontainer.overload.Claims;
import org.m2mx.sipcontainer.overload.LossControl;
import org.m2mx.sipcontainer.overload.Workers;
import org.m2mx.sipcontainer.security.Challenger;
import org.m2mx.sipcontainer.tls.HandshakeFailed;
import org.m2mx.sipcontainer.tls.TlsEngines;

/**
 * The transport layer of RFC 3261 section 18, in place of the stack's own: one event loop for all
 * sockets, connections that are flows, and TLS that verifies.
 */
public final class TransportLayer implements MessageProcessorFactory, AutoCloseable {
  /** As much as most servers do in seconds, and no more memory than unfinished messages get. */
  private static final OrderedExecutor.Room WAITING = new OrderedExecutor.Room(20_000, 64L << 20);

  private static final int HANDSHAKE_EVENTS_A_SECOND = 10;
  private static final long MOST_PARTIAL_BYTES = 64L << 20;

  private final TransactionStack stack;
  private final SipSettings settings;
  private final Supplier<TlsEngines> engines;
  private final Workers threads;
  private final Consumer<Object> events;
  private final SipMeters meters;
  private final PerSecond handshakeEvents =
      new PerSecond(HANDSHAKE_EVENTS_A_SECOND, System::nanoTime);
  private final Connections connections;
  private final MessageReceiver receiver;
  private final OverloadFeedback overloadFeedback;
  private final Lookups lookups;
  private final Departures departures;
  private final List<MessageProcessor> listeners = new CopyOnWriteArrayList<>();
  private final RefusedInvites refusedInvites;
  private final PartialMessages partialMessages;
  private final EventLoop loop;

  /**
   * Starts the event loop; listeners come with {@link #createMessageProcessor}.
   *
   * @param stack the transactions above
   * @param settings limits and timeouts
   * @param engines of the moment; not asked when no listener is TLS
   * @param threads run handshakes and applications
   * @param admission says what gets in
   * @param claims says whether a request is what it claims to be
   * @param challenger asks strangers who they are
   * @param lossControl says what clients are asked to keep back
   * @param lookups of targets that are names
   * @param departures prepares requests to them once they are known
   * @param meters count what comes and goes
   * @param events gets a {@link FlowClosed} for each connection that closed and a {@link
   *     HandshakeFailed} for each that did not get so far, on one of the threads
   * @throws IOException when the system has no selector to give
   */
  public TransportLayer(
      TransactionStack stack,
      SipSettings settings,
      Supplier<TlsEngines> engines,
      Workers threads,
      Admission admission,
      Claims claims,
      Challenger challenger,
      LossControl lossControl,
      Lookups lookups,
      Departures departures,
      SipMeters meters,
      Consumer<Object> events)
      throws IOException {
    this.stack = stack;
    this.settings = settings;
    this.engines = engines;
    this.threads = threads;
    this.events = events;
    this.meters = meters;
    this.connections = new Connections(settings);
    this.receiver =
        new MessageReceiver(
            stack,
            new OrderedExecutor(threads::execute, WAITING),
            admission,
            claims,
            challenger,
            meters);
    this.lookups = lookups;
    this.departures = departures;
    this.overloadFeedback = new OverloadFeedback(lossControl);
    this.refusedInvites = new RefusedInvites(stack, threads);
    this.partialMessages = new PartialMessages(MOST_PARTIAL_BYTES);
    this.loop = new EventLoop("sip-transport", this::tidy);
  }

  private void tidy() {
    long now = System.nanoTime();
    connections.closeOverdue(now);
    refusedInvites.expire(now);
    stack.completed().expire();
  }

  @Override
  public MessageProcessor createMessageProcessor(
      SIPTransactionStack owner, InetAddress address, int port, String name) {
    Transport transport = Transport.of(name);
    MessageProcessor listener =
        transport.isStream()
            ? new StreamListener(this, transport, address, port)
            : new DatagramListener(this, address, port);
    listeners.add(listener);
    return listener;
  }

  /**
   * A way to a server from one of the listeners, over a connection that is open where there is one.
   *
   * @param name what the server's certificate has to be for
   */
  SipChannel reach(Binding from, InetSocketAddress server, String name) throws IOException {
    for (MessageProcessor listener : listeners) {
      if (listener.getIpAddress().equals(from.address())
          && listener.getPort() == from.port()
          && listener.getTransport().equalsIgnoreCase(from.transport().name())) {
        return listener instanceof StreamListener streams
            ? streams.reach(server, name)
            : new DatagramFlow(this, (DatagramListener) listener, server);
      }
    }
    throw new IOException("there is no listener " + from);
  }

  Lookups lookups() {
    return lookups;
  }

  Departures departures() {
    return departures;
  }

  /** Whether the connection of a flow is open. */
  public boolean isOpen(Flow flow) {
    return connections.find(flow.connection()).isPresent();
  }

  /** Takes no more connections; those there are go on. */
  public void stopAccepting() {
    for (MessageProcessor listener : listeners) {
      if (listener instanceof StreamListener streams) {
        streams.stopAccepting();
      }
    }
  }

  /** Stops the event loop. */
  @Override
  public void close() {
    loop.close();
  }

  /** Closes what no thread has come to close any more. */
  public void closeSockets() {
    connections.closeSockets();
  }

  /** Connections of a transport that are open. */
  public int openConnections(Transport transport) {
    return connections.count(transport);
  }

  /** Bytes held of messages that have not arrived whole. */
  public long partialMessageBytes() {
    return partialMessages.held();
  }

  void closed(Flow flow) {
    events.accept(new FlowClosed(flow));
  }

  void handshakeFailed(Flow flow, HandshakeResult result, String reason) {
    meters.handshake(flow.transport(), result);
    handshakeEvents.refusedBefore();
    if (handshakeEvents.permits()) {
      threads.execute(() -> events.accept(new HandshakeFailed(flow, reason)));
    }
  }

  SIPTransactionStack stack() {
    return stack;
  }

  /** After which a silent connection is closed; zero means never. */
  public Duration idleTimeout() {
    return settings.idleTimeout();
  }

  SipSettings settings() {
    return settings;
  }

  TlsEngines engines() {
    return engines.get();
  }

  Workers threads() {
    return threads;
  }

  Connections connections() {
    return connections;
  }

  SipMeters meters() {
    return meters;
  }

  OverloadFeedback overloadFeedback() {
    return overloadFeedback;
  }

  RefusedInvites refusedInvites() {
    return refusedInvites;
  }

  PartialMessages partialMessages() {
    return partialMessages;
  }

  MessageReceiver receiver() {
    return receiver;
  }

  EventLoop loop() {
    return loop;
  }
}
