package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.Utils;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sip.ClientTransaction;
import javax.sip.InvalidArgumentException;
import javax.sip.ObjectInUseException;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.Transaction;
import javax.sip.TransactionState;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.address.SipURI;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.application.Dispatched;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.flow.FlowRoute;
import org.m2mx.sipcontainer.transport.SparseLog;
import org.mobicents.servlet.sip.core.DispatcherException;
import org.mobicents.servlet.sip.core.SipApplicationDispatcherImpl;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.message.SipServletMessageImpl;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;
import org.mobicents.servlet.sip.message.TransactionApplicationData;

/** The core's dispatcher, with what it needs to see before and to tidy after each message. */
final class Dispatcher extends SipApplicationDispatcherImpl {
  private static final SparseLog LOG = new SparseLog(System.getLogger(Dispatcher.class.getName()));

  private final OwnRoutes ownRoutes = new OwnRoutes(this::getApplicationServerId);
  private final StrayRequests strays = new StrayRequests(this);
  private final Endings endings = new Endings();
  private final Predicate<String> serves;

  /**
   * Serves the applications.
   *
   * @param serves whether there is an application for a method; what there is none for is answered
   *     404, lest the core send it on
   */
  Dispatcher(Predicate<String> serves) {
    this.serves = serves;
  }

  OwnRoutes ownRoutes() {
    return ownRoutes;
  }

  @Override
  public void processRequest(RequestEvent event) {
    around(() -> process(event));
  }

  /** Runs what may send messages and end transactions, and tidies up after it. */
  void around(Runnable work) {
    endings.around(
        () -> {
          try {
            work.run();
          } finally {
            SessionLocks.exitAll();
          }
        });
  }

  private void process(RequestEvent event) {
    SIPRequest request = (SIPRequest) event.getRequest();
    if (beginsSomething(request) && !serves.test(request.getMethod())) {
      refuse(event, Response.NOT_FOUND);
      return;
    }
    prepare(request);
    RouteList routes = request.getRouteHeaders();
    if (routes != null && uri(routes.getFirst()).isEmpty()) {
      refuse(event, Response.BAD_REQUEST);
      return;
    } else if (strays.claim(request)) {
      refuse(event, Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST);
      return;
    }
    RequestEvent inbound =
        new RequestEvent(
            new InboundProvider((SipProvider) event.getSource(), event.getServerTransaction()),
            event.getServerTransaction(),
            event.getDialog(),
            event.getRequest());
    Dispatched.REQUEST.during(() -> super.processRequest(inbound));
  }

  @Override
  public ThreadPoolExecutor getAsynchronousExecutor() {
    return endings.threads(super.getAsynchronousExecutor());
  }

  /**
   * Stops the stack without the second it sleeps then, for the threads of transports of its own: it
   * has none. Those of the container have ended before.
   */
  @Override
  protected void stopSipStack() {
    boolean interruptedBefore = Thread.interrupted();
    Thread.currentThread().interrupt();
    try {
      super.stopSipStack();
    } finally {
      Thread.interrupted();
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean beginsSomething(SIPRequest request) {
    return request.getToTag() == null
        && !Request.ACK.equals(request.getMethod())
        && !Request.CANCEL.equals(request.getMethod());
  }

  /** Answers; an ACK cannot be. */
  private static void refuse(RequestEvent event, int status) {
    SIPRequest request = (SIPRequest) event.getRequest();
    String callId = request.getCallId().getCallId();
    LOG.log(
        Level.INFO,
        "Call-ID %s: %s of %s goes nowhere, %d",
        callId,
        request.getMethod(),
        request.getPeerPacketSourceAddress(),
        status);
    if (Request.ACK.equals(request.getMethod())) {
      return;
    }
    try {
      ServerTransaction transaction =
          event.getServerTransaction() == null
              ? ((SipProvider) event.getSource()).getNewServerTransaction(request)
              : event.getServerTransaction();
      SIPResponse answer = request.createResponse(status);
      if (answer.getToTag() == null) {
        answer.setToTag(Utils.getInstance().generateTag());
      }
      transaction.sendResponse(answer);
    } catch (SipException | InvalidArgumentException e) {
      LOG.log(Level.INFO, "Call-ID %s: %d not sent: %s", callId, status, e.getMessage());
    }
  }

  private void prepare(SIPRequest request) {
    RouteList routes = request.getRouteHeaders();
    if (routes == null) {
      return;
    }
    refuseFlowRoutes(request, routes);
    if (routes.isEmpty()) {
      request.removeHeader(Route.NAME);
      return;
    }
    canonicalise(routes);
    mergeDoubleRoute(routes);
  }

  @Override
  public void processResponse(ResponseEvent event) {
    endings.around(() -> process(event));
  }

  private void process(ResponseEvent event) {
    ContainerProxyBranch branch = branchOf(event.getClientTransaction());
    try {
      boolean isFinal = event.getResponse().getStatusCode() >= Response.OK;
      (isFinal ? Dispatched.FINAL_RESPONSE : Dispatched.PROVISIONAL_RESPONSE)
          .during(() -> super.processResponse(event));
    } finally {
      SessionLocks.exitAll();
    }
    if (branch != null) {
      branch.cancelIfAwaited(event);
    }
  }

  /** Runs what lets transactions end, and tidies up after all of them on one other thread. */
  void whatEndsTogether(Runnable round) {
    endings.together(round, super.getAsynchronousExecutor());
  }

  @Override
  public void processTransactionTerminated(TransactionTerminatedEvent event) {
    SIPTransaction transaction =
        (SIPTransaction)
            (event.isServerTransaction()
                ? event.getServerTransaction()
                : event.getClientTransaction());
    boolean over = event.isServerTransaction() || transaction.getDialog() == null;
    endings.afterMessage(() -> ended(event, transaction, over));
  }

  /**
   * The core keeps what an INVITE has to do with for the sake of forked answers (RFC 3261 section
   * 13.2.2.4). Those come to a client transaction with a dialog; all others need nothing any more.
   */
  private void ended(TransactionTerminatedEvent event, SIPTransaction transaction, boolean over) {
    Object data = transaction.getApplicationData();
    super.processTransactionTerminated(event);
    if (over
        && data instanceof TransactionApplicationData application
        && Request.INVITE.equals(transaction.getMethod())) {
      getAsynchronousExecutor().execute(() -> letGo(transaction, application));
    }
  }

  private static void letGo(Transaction transaction, TransactionApplicationData data) {
    withSessionOf(
        data,
        session -> {
          if (data.getProxyBranch() != null) {
            data.getProxyBranch().removeTransaction(transaction.getBranchId());
          }
          data.cleanUp();
          if (session.getB2buaHelper() == null) {
            session.cleanDialogInformation(false);
          }
          transaction.setApplicationData(null);
        });
  }

  /** Does what one thread at a time may do, unless the session has ended. */
  private static void withSessionOf(
      TransactionApplicationData data, Consumer<MobicentsSipSession> work) {
    SipServletMessageImpl message = data.getSipServletMessage();
    MobicentsSipSession session = message == null ? null : message.getSipSession();
    MobicentsSipApplicationSession application =
        session == null ? null : session.getSipApplicationSession();
    if (application == null) {
      return;
    }
    SipContext context = application.getSipContext();
    try {
      context.enterSipApp(application, session, false, true);
      work.accept(session);
    } finally {
      context.exitSipApp(application, session);
    }
  }

  /** Concludes an INVITE that has been cancelled, and is not answered all the same. */
  void endCancelled(SIPClientTransaction invite, ContainerProxyBranch branch) {
    getAsynchronousExecutor()
        .execute(
            () -> {
              try {
                conclude(invite, branch);
              } finally {
                end(invite);
              }
            });
  }

  private static void conclude(SIPClientTransaction invite, ContainerProxyBranch branch) {
    if (!(invite.getApplicationData() instanceof TransactionApplicationData data)
        || !(data.getSipServletMessage() instanceof SipServletRequestImpl sent)) {
      return;
    }
    withSessionOf(
        data,
        session -> {
          if (!session.isValidInternal() || invite.getState() != TransactionState.PROCEEDING) {
            return;
          }
          try {
            branch.concludeCancelled(sent);
          } catch (DispatcherException e) {
            LOG.log(
                Level.WARNING,
                "Call-ID %s: a cancelled INVITE is not concluded: %s",
                sent.getCallId(),
                e.getMessage());
          }
        });
  }

  private static void end(SIPClientTransaction transaction) {
    try {
      transaction.terminate();
    } catch (ObjectInUseException e) {
      throw new IllegalStateException("the stack ends client transactions at any time", e);
    }
  }

  /**
   * The core would take the CANCEL of a branch, and what was proxied within a dialog, for requests
   * that the application has sent, and tell it that nobody answers those.
   */
  @Override
  public void processTimeout(TimeoutEvent event) {
    ClientTransaction transaction =
        event.isServerTransaction() ? null : event.getClientTransaction();
    if (transaction == null
        || !(transaction.getApplicationData() instanceof TransactionApplicationData data)) {
      super.processTimeout(event);
      return;
    }
    SipServletMessageImpl message = data.getSipServletMessage();
    MobicentsSipSession session = message == null ? null : message.getSipSession();
    if (session == null || !session.isValidInternal()) {
      // It has outlived the call for a CANCEL that nobody had to be sent.
      transaction.setApplicationData(null);
    } else if (session.getProxy() instanceof ContainerProxy proxy
        && (proxy.isAnswered() || data.getProxyBranch() == null)) {
      SIPRequest sent = (SIPRequest) transaction.getRequest();
      getAsynchronousExecutor()
          .execute(
              () -> {
                answerForWhoIsSilent(sent);
                letGo(transaction, data);
              });
    } else {
      super.processTimeout(event);
    }
  }

  /**
   * Answers a re-INVITE that nobody answers (RFC 3261 section 16.8): its sender, who has had a 100,
   * would wait for ever. The sender of any other request has given up by now (RFC 4320 section
   * 4.2).
   */
  private void answerForWhoIsSilent(SIPRequest sent) {
    ViaList vias = sent.getViaHeaders();
    if (sent.getToTag() == null || vias.size() < 2 || vias.get(1).getBranch() == null) {
      return;
    }
    String received = vias.get(1).getBranch().toLowerCase(Locale.ROOT);
    if (!(((SIPTransactionStack) getSipStack()).findTransaction(received, true)
        instanceof org.m2mx.sipcontainer.transport.ServerTransaction waiting)) {
      return;
    }
    if (!waiting.isInviteTransaction()) {
      waiting.leaveUnanswered();
    } else if (waiting.getState() == TransactionState.PROCEEDING) {
      try {
        waiting.sendResponse(
            ((SIPRequest) waiting.getRequest()).createResponse(Response.REQUEST_TIMEOUT));
      } catch (SipException e) {
        LOG.log(
            Level.INFO,
            "Call-ID %s: 408 not sent: %s",
            sent.getCallId().getCallId(),
            e.getMessage());
      }
    }
  }

  private static ContainerProxyBranch branchOf(ClientTransaction transaction) {
    return transaction != null
            && transaction.getApplicationData() instanceof TransactionApplicationData data
            && data.getProxyBranch() instanceof ContainerProxyBranch branch
        ? branch
        : null;
  }

  /** Only applications name flows; what a peer sends in their form is a try to reach another's. */
  private static void refuseFlowRoutes(SIPRequest request, RouteList routes) {
    if (routes.removeIf(
        route -> uri(route).filter(u -> FlowRoute.isFlowHost(u.getHost())).isPresent())) {
      LOG.log(
          Level.WARNING,
          "Call-ID %s: forged flow Route from %s removed",
          request.getCallId().getCallId(),
          request.getPeerPacketSourceAddress());
    }
  }

  /** Peers may shorten an IPv6 address; the core compares text. */
  private static void canonicalise(RouteList routes) {
    uri(routes.getFirst())
        .ifPresent(
            uri -> {
              Optional<InetAddress> address = AddressText.literal(uri.getHost());
              if (address.isPresent()) {
                try {
                  uri.setHost(AddressText.inHeader(address.get()));
                } catch (ParseException e) {
                  throw new IllegalStateException("an address is a host", e);
                }
              }
            });
  }

  /** Of the two Routes of a double Record-Route the core shall see one. */
  private void mergeDoubleRoute(RouteList routes) {
    if (routes.size() > 1 && ownRoutes.isPair((Route) routes.getFirst(), routes.get(1))) {
      routes.removeFirst();
    }
  }

  private static Optional<SipURI> uri(Object route) {
    return ((Route) route).getAddress().getURI() instanceof SipURI uri
        ? Optional.of(uri)
        : Optional.empty();
  }
}
