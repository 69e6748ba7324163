package org.m2mx.ua.signalling;

import gov.nist.javax.sip.DialogTimeoutEvent;
import gov.nist.javax.sip.ResponseEventExt;
import gov.nist.javax.sip.ServerTransactionExt;
import gov.nist.javax.sip.SipListenerExt;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.FromHeader;
import javax.sip.header.Header;
import javax.sip.header.RequireHeader;
import javax.sip.header.UnsupportedHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;

/**
 * One account's signalling channel: the flow of the moment, and the SIP transactions on it. Flows
 * may follow each other; transactions and dialogs stay.
 */
public final class Signalling implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Signalling.class.getName());

  /** What happens without being asked for, told on the channel's own threads. */
  public interface Events {
    /** The flow has broken, and a new one is wanted; {@link Signalling#loss} says why. */
    void connectionLost();

    /**
     * Somebody calls.
     *
     * @param invite to be answered
     */
    void invited(ReceivedInvite invite);

    /** Says whether there is anybody to show messages to. */
    boolean takesMessages();

    /**
     * Somebody sends a text.
     *
     * @param message to be answered
     */
    void messaged(ReceivedMessage message);
  }

  private final Account account;
  private final Timing timing;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final Events events;
  private final Traffic traffic = new Traffic();
  private final Messages messages;
  private final Authenticator authenticator;
  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private final Map<String, Consumer<Request>> subscriptions = new ConcurrentHashMap<>();

  /** Held while a request gets its nonce count and is sent: counts must arrive in their order. */
  private final Object sendOrder = new Object();

  /** Held while one flow takes another's place, and while the loss of one is noted. */
  private final Object flowOfTheMoment = new Object();

  private volatile Flow flow;
  private volatile UserAgentException loss;
  private volatile FlowStack.Running stack;
  private volatile boolean closed;
  private ScheduledFuture<?> keepAlive;

  /**
   * A channel that is not connected yet.
   *
   * @param account whose channel it is
   * @param timing how long to wait for things
   * @param clock tells whether certificates are valid
   * @param timer runs keep-alives
   * @param events is told of what happens without being asked for
   */
  public Signalling(
      Account account, Timing timing, Clock clock, ScheduledExecutorService timer, Events events) {
    this.account = account;
    this.timing = timing;
    this.clock = clock;
    this.timer = timer;
    this.events = events;
    this.messages = new Messages(account.aor(), () -> flow, events::takesMessages);
    this.authenticator = new Authenticator(account, messages);
  }

  /**
   * Opens a flow, in the place of the one before: what was asked by that gets no answer any more.
   *
   * @throws UserAgentException with reason {@code SERVER_UNREACHABLE} or {@code SERVER_CERTIFICATE}
   */
  public synchronized void connect() throws UserAgentException {
    if (closed) {
      throw stopped();
    }
    Flow opened = Flow.connect(account, traffic, timing.connect(), clock);
    Flow before;
    synchronized (flowOfTheMoment) {
      before = flow;
      flow = opened;
      loss = null;
    }
    if (stack == null) {
      Listener listener = new Listener();
      stack = FlowStack.start(opened.local(), () -> flow, listener, listener::late);
    }
    opened.start(new Wire());
    if (before != null) {
      before.close();
      UserAgentException cut =
          new UserAgentException(
              Reason.SERVER_UNREACHABLE,
              "The connection to the server was replaced before the answer came",
              "Ask again");
      exchanges.stream()
          .filter(exchange -> exchange.isCutOffFrom(opened))
          .forEach(exchange -> exchange.fail(cut));
    }
  }

  /** Returns why the flow of the moment has broken; empty while it holds, as far as is known. */
  public Optional<UserAgentException> loss() {
    return Optional.ofNullable(loss);
  }

  /** Says whether there is a flow that holds, as far as is known. */
  public boolean isConnected() {
    Flow current = flow;
    return current != null && current.isOpen();
  }

  /**
   * Pings the server from now on (RFC 5626 section 4.4.1), and ends the flow when it does not
   * answer.
   *
   * @param binding says how often, and whether the server is bound to answer
   */
  public synchronized void keepAlive(Binding binding) {
    if (keepAlive != null) {
      keepAlive.cancel(false);
    }
    Flow kept = flow;
    long interval = binding.flowTimer().orElse(timing.keepAlive()).toMillis();
    // Between 80 and 100 % of the interval, so that a thousand devices do not ping as one.
    long period =
        Math.max(1, Math.round(interval * ThreadLocalRandom.current().nextDouble(0.8, 1)));
    keepAlive =
        timer.scheduleWithFixedDelay(
            () -> ping(kept, binding.outbound()), period, period, TimeUnit.MILLISECONDS);
  }

  private void ping(Flow kept, boolean mustAnswer) {
    if (!kept.isOpen()) {
      return;
    }
    long sent = System.nanoTime();
    try {
      kept.ping();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A ping could not be sent", e);
      return;
    }
    timer.schedule(
        () -> {
          if (kept.isOpen() && !kept.hasPongedSince(sent) && (mustAnswer || kept.hasEverPonged())) {
            kept.giveUp();
          }
        },
        timing.pong().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Returns this side's end of the flow. */
  public InetSocketAddress localAddress() {
    return flow.local();
  }

  /** Returns the server's end of the flow. */
  public InetSocketAddress remoteAddress() {
    return flow.remote();
  }

  /** Returns the flow's TLS version. */
  public String tlsProtocol() {
    return flow.protocol();
  }

  /** Returns the flow's TLS cipher suite. */
  public String tlsCipherSuite() {
    return flow.cipherSuite();
  }

  /** Returns the certificate that the server showed. */
  public X509Certificate serverCertificate() {
    return flow.serverCertificate();
  }

  /** Returns the count of bytes on all flows of this channel. */
  public Traffic traffic() {
    return traffic;
  }

  /** Ends the flow and everything on it. */
  @Override
  public synchronized void close() {
    closed = true;
    if (keepAlive != null) {
      keepAlive.cancel(false);
    }
    failAll(stopped());
    if (flow != null) {
      flow.close();
    }
    if (stack != null) {
      stack.stop();
    }
  }

  boolean isClosed() {
    return closed;
  }

  static UserAgentException stopped() {
    return new UserAgentException(
        Reason.INTERRUPTED, "The user agent was stopped", "Nothing is left to do");
  }

  /** Takes back all calls that were not answered yet. */
  public void cancelInvites() {
    exchanges.stream().filter(Exchange::isInvite).forEach(Exchange::cancel);
  }

  /**
   * Has the notifications of a subscription dealt with.
   *
   * @param callId that of the subscription's dialog
   * @param notified is given each NOTIFY, which is answered already
   */
  void subscribed(String callId, Consumer<Request> notified) {
    subscriptions.put(callId, notified);
  }

  void unsubscribed(String callId) {
    subscriptions.remove(callId);
  }

  private void failAll(UserAgentException failure) {
    exchanges.forEach(exchange -> exchange.fail(failure));
  }

  Account account() {
    return account;
  }

  Flow flow() {
    return flow;
  }

  Messages messages() {
    return messages;
  }

  Authenticator authenticator() {
    return authenticator;
  }

  Object sendOrder() {
    return sendOrder;
  }

  SipProvider provider() {
    return stack.provider();
  }

  void begun(Exchange exchange) {
    exchanges.add(exchange);
  }

  void finished(Exchange exchange) {
    exchanges.remove(exchange);
  }

  /** What the flow of the moment brings. */
  private final class Wire implements Flow.Listener {
    @Override
    public void received(byte[] message) {
      stack.received(message);
    }

    @Override
    public void ended(Flow ended, IOException cause) {
      if (cause == null) {
        return;
      }
      UserAgentException lost =
          new UserAgentException(
              Reason.SERVER_UNREACHABLE,
              "The connection to the server " + account.server() + " broke: " + cause.getMessage(),
              "Check the network and whether the server runs",
              cause);
      List<Exchange> cut;
      synchronized (flowOfTheMoment) {
        if (ended != flow) {
          return;
        }
        loss = lost;
        cut = List.copyOf(exchanges);
      }
      events.connectionLost();
      cut.forEach(exchange -> exchange.fail(lost));
    }
  }

  /** What JAIN SIP makes of it. */
  private final class Listener implements SipListenerExt {
    @Override
    public void processResponse(ResponseEvent event) {
      ClientTransaction transaction = event.getClientTransaction();
      if (transaction == null && event instanceof ResponseEventExt extended) {
        transaction = extended.getOriginalTransaction();
      }
      if (transaction == null || !(transaction.getApplicationData() instanceof Exchange exchange)) {
        return;
      }
      if (exchange.outcome().isDone()) {
        late(transaction, event.getResponse());
      } else {
        exchange.received(event.getResponse(), event.getDialog());
      }
    }

    /**
     * One offer has one answer: another callee that answers the same call is acknowledged and let
     * go, and a peer that accepts a re-INVITE too late is acknowledged (RFC 3261 section 13.2.2.4).
     */
    void late(ClientTransaction transaction, Response response) {
      SIPResponse answer = (SIPResponse) response;
      if (!answer.getCSeq().getMethod().equals(Request.INVITE)
          || answer.getStatusCode() / 100 != 2
          || !(transaction.getApplicationData() instanceof Exchange exchange)) {
        return;
      }
      exchange
          .outcome()
          .whenComplete(
              (first, failure) -> {
                if (first == null
                    || !answer.getToTag().equals(((SIPResponse) first.response()).getToTag())) {
                  hangUp(transaction, answer);
                }
              });
    }

    private void hangUp(ClientTransaction transaction, SIPResponse answer) {
      Dialog dialog = stack.stack().getDialog(answer.getDialogId(false));
      if (dialog != null && dialog.getApplicationData() instanceof InviteDialog known) {
        known.acknowledge(new Exchange.Outcome(answer, transaction.getRequest(), dialog));
        return;
      }
      Aor callee = aor(answer.getTo().getAddress().getURI());
      if (dialog != null && callee != null) {
        new InviteClient(Signalling.this)
            .hangUp(new Exchange.Outcome(answer, transaction.getRequest(), dialog), callee);
      }
    }

    @Override
    public void processRequest(RequestEvent event) {
      try {
        dispatch(event);
      } catch (SipException | InvalidArgumentException e) {
        LOG.log(
            System.Logger.Level.INFO,
            "A " + event.getRequest().getMethod() + " could not be answered",
            e);
      }
    }

    private void dispatch(RequestEvent event) throws SipException, InvalidArgumentException {
      Request request = event.getRequest();
      Dialog dialog = event.getDialog();
      switch (request.getMethod()) {
        case Request.ACK -> LOG.log(System.Logger.Level.DEBUG, "Acknowledged");
        case Request.CANCEL -> cancelled(event);
        case Request.BYE -> {
          if (dialog != null && dialog.getApplicationData() instanceof InviteDialog known) {
            // What the call held is free again once the peer has heard the answer.
            known.byeReceived(request);
            respond(event, Response.OK, List.of());
          } else {
            respond(event, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST, List.of());
          }
        }
        case Request.INVITE -> {
          if (dialog != null && dialog.getApplicationData() instanceof InviteDialog known) {
            if (isWithOffer(event)) {
              known.reinvited(transaction(event));
            }
          } else {
            invited(event);
          }
        }
        case Request.MESSAGE -> messaged(event);
        case Request.NOTIFY -> notified(event);
        case Request.OPTIONS ->
            respond(event, Response.OK, List.of(messages.header("Accept", "application/sdp")));
        default -> respond(event, Response.METHOD_NOT_ALLOWED, List.of());
      }
    }

    private void cancelled(RequestEvent event) throws SipException, InvalidArgumentException {
      respond(event, Response.OK, List.of());
      if (event.getServerTransaction() instanceof ServerTransactionExt cancel
          && cancel.getCanceledInviteTransaction() != null
          && cancel.getCanceledInviteTransaction().getApplicationData()
              instanceof ReceivedInvite invite) {
        invite.cancel();
      }
    }

    private void notified(RequestEvent event) throws SipException, InvalidArgumentException {
      Request request = event.getRequest();
      Consumer<Request> subscriber =
          subscriptions.get(((SIPRequest) request).getCallId().getCallId());
      if (subscriber == null) {
        respond(event, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST, List.of());
        return;
      }
      respond(event, Response.OK, List.of());
      subscriber.accept(request);
    }

    private void messaged(RequestEvent event) throws SipException, InvalidArgumentException {
      Request request = event.getRequest();
      if (!events.takesMessages()) {
        respond(event, Response.METHOD_NOT_ALLOWED, List.of());
      } else if (isProper(event)) {
        if (isOfType(request, "text", "plain") && request.getRawContent() != null) {
          events.messaged(
              new ReceivedMessage(Signalling.this, transaction(event), sender(request)));
        } else {
          respond(
              event,
              Response.UNSUPPORTED_MEDIA_TYPE,
              List.of(messages.header("Accept", "text/plain")));
        }
      }
    }

    private Aor sender(Request request) {
      return aor(((FromHeader) request.getHeader(FromHeader.NAME)).getAddress().getURI());
    }

    /** Answers what requires more than there is, and what comes from nobody. */
    private boolean isProper(RequestEvent event) throws SipException, InvalidArgumentException {
      List<Header> unsupported = unsupported(event.getRequest());
      if (!unsupported.isEmpty()) {
        respond(event, Response.BAD_EXTENSION, unsupported);
        return false;
      }
      if (sender(event.getRequest()) == null) {
        respond(
            event,
            Response.BAD_REQUEST,
            List.of(messages.warning("From is not an address of record")));
        return false;
      }
      return true;
    }

    private void invited(RequestEvent event) throws SipException, InvalidArgumentException {
      if (isProper(event) && isWithOffer(event)) {
        events.invited(
            new ReceivedInvite(Signalling.this, transaction(event), sender(event.getRequest())));
      }
    }

    /** Answers an INVITE that holds no offer, or one that cannot be read. */
    private boolean isWithOffer(RequestEvent event) throws SipException, InvalidArgumentException {
      Request request = event.getRequest();
      if (request.getRawContent() == null) {
        respond(
            event,
            Response.NOT_ACCEPTABLE_HERE,
            List.of(messages.warning("The INVITE must hold the offer")));
      } else if (!isOfType(request, "application", "sdp")) {
        respond(
            event,
            Response.UNSUPPORTED_MEDIA_TYPE,
            List.of(messages.header("Accept", "application/sdp")));
      } else {
        return true;
      }
      return false;
    }

    /** This user agent has no extension that a caller could require. */
    private List<Header> unsupported(Request request) {
      List<Header> unsupported = new ArrayList<>();
      ListIterator<?> required = request.getHeaders(RequireHeader.NAME);
      while (required != null && required.hasNext()) {
        String extension = ((RequireHeader) required.next()).getOptionTag();
        unsupported.add(messages.header(UnsupportedHeader.NAME, extension));
      }
      return unsupported;
    }

    private boolean isOfType(Request request, String type, String subtype) {
      ContentTypeHeader header = (ContentTypeHeader) request.getHeader(ContentTypeHeader.NAME);
      return header != null
          && type.equalsIgnoreCase(header.getContentType())
          && subtype.equalsIgnoreCase(header.getContentSubType());
    }

    private void respond(RequestEvent event, int status, List<Header> extra)
        throws SipException, InvalidArgumentException {
      Response response = messages.response(status, event.getRequest(), messages.token());
      extra.forEach(response::addHeader);
      transaction(event).sendResponse(response);
    }

    private ServerTransaction transaction(RequestEvent event) throws SipException {
      return event.getServerTransaction() != null
          ? event.getServerTransaction()
          : provider().getNewServerTransaction(event.getRequest());
    }

    private Aor aor(URI uri) {
      if (!(uri instanceof SipURI sip) || sip.getUser() == null) {
        return null;
      }
      try {
        return Aor.parse("sip:" + sip.getUser() + "@" + sip.getHost());
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    @Override
    public void processTimeout(TimeoutEvent event) {
      if (!event.isServerTransaction()
          && event.getClientTransaction().getApplicationData() instanceof Exchange exchange) {
        exchange.timedOut();
      }
    }

    /** The caller never acknowledged (RFC 3261 section 13.3.1.4). */
    @Override
    public void processDialogTimeout(DialogTimeoutEvent event) {
      if (event.getReason() == DialogTimeoutEvent.Reason.AckNotReceived
          && event.getDialog().getApplicationData() instanceof InviteDialog dialog) {
        LOG.log(System.Logger.Level.INFO, "Call-ID {0}: never acknowledged", dialog.callId());
        dialog.unacknowledged();
      }
    }

    @Override
    public void processIOException(IOExceptionEvent event) {
      // The flow tells of its own end, once, and for all transactions on it.
    }

    @Override
    public void processTransactionTerminated(TransactionTerminatedEvent event) {
      // Exchanges end by their final response or their time-out.
    }

    @Override
    public void processDialogTerminated(DialogTerminatedEvent event) {
      // Dialogs end by BYE.
    }
  }
}
