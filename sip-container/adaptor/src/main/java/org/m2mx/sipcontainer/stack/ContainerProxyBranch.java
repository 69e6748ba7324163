package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.header.Reason;
import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.URI;
import javax.sip.InvalidArgumentException;
import javax.sip.ResponseEvent;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TransactionState;
import javax.sip.message.Request;
import org.m2mx.sipcontainer.timer.ProxyTimers;
import org.m2mx.sipcontainer.timer.TimerWheel;
import org.m2mx.sipcontainer.transport.ServerTransaction;
import org.m2mx.sipcontainer.transport.SparseLog;
import org.mobicents.javax.servlet.sip.ResponseType;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.address.SipURIImpl;
import org.mobicents.servlet.sip.core.DispatcherException;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletRequest;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;
import org.mobicents.servlet.sip.message.SipServletResponseImpl;
import org.mobicents.servlet.sip.proxy.ProxyBranchImpl;
import org.mobicents.servlet.sip.proxy.ProxyBranchTimerTask;
import org.mobicents.servlet.sip.proxy.ProxyUtils;

/**
 * The core's branch, with a CANCEL that waits where it has to, and with early dialogs.
 *
 * <p>No CANCEL may be sent before the first provisional response (RFC 3261 section 9.1), and the
 * core forgets it then: a device that begins to ring after another has accepted would ring on.
 *
 * <p>Until the proxied request has its final answer a request within one of its dialogs goes to the
 * device which that dialog is with, and what is answered to it changes nothing for the proxied
 * request. The core would send a PRACK to every device that waits for one, all but PRACK, UPDATE
 * and NOTIFY to none, and would take the answers for those to the INVITE.
 */
final class ContainerProxyBranch extends ProxyBranchImpl {
  private static final long serialVersionUID = 1L;
  private static final SparseLog LOG =
      new SparseLog(System.getLogger(ContainerProxyBranch.class.getName()));

  private static final int CANCELLED_T1 = 64;

  /** The Reasons of the CANCEL that waits for the first response, null when none does. */
  private final AtomicReference<List<Reason>> awaited = new AtomicReference<>();

  /** Null when it is not set. */
  private final transient AtomicReference<TimerC> timerC = new AtomicReference<>();

  /** The tags of the devices that have answered here. */
  private final transient Set<String> dialogs = new HashSet<>(2);

  private volatile boolean cancelled;

  ContainerProxyBranch(URI target, ContainerProxy proxy) {
    super(target, proxy);
  }

  private ContainerProxy proxy() {
    return (ContainerProxy) getProxy();
  }

  boolean hasDialog(String tag) {
    return dialogs.contains(tag);
  }

  @Override
  public void setAddToPath(boolean add) {
    super.setAddToPath(add);
    if (add) {
      SipURIImpl path = (SipURIImpl) getPathURI();
      path.setIsModifiable(ModifiableRule.ProxyRecordRouteNotModifiable);
      path.setLrParam(true);
    }
  }

  @Override
  public boolean isCanceled() {
    return cancelled || super.isCanceled();
  }

  @Override
  public void cancel(String[] protocols, int[] causes, String[] texts) {
    if (!awaitsFirstResponse()) {
      boolean before = isCanceled();
      super.cancel(protocols, causes, texts);
      if (!before
          && isCanceled()
          && isStarted()
          && getRequest() instanceof SipServletRequestImpl sent
          && sent.getTransaction() instanceof SIPClientTransaction invite) {
        endSoon(invite);
      }
    } else if (!cancelled) {
      awaited.set(reasons(protocols, causes, texts));
      cancelled = true;
      cancelTimer();
      onBranchTerminated();
    }
  }

  private boolean awaitsFirstResponse() {
    return isStarted()
        && getResponse() == null
        && getRequest() != null
        && Request.INVITE.equals(getRequest().getMethod())
        && !proxy().getAckReceived();
  }

  private static List<Reason> reasons(String[] protocols, int[] causes, String[] texts) {
    List<Reason> reasons = new ArrayList<>();
    try {
      for (int i = 0; protocols != null && i < protocols.length; i++) {
        Reason reason = new Reason();
        reason.setProtocol(protocols[i]);
        reason.setCause(causes[i]);
        if (texts[i] != null) {
          reason.setText(texts[i]);
        }
        reasons.add(reason);
      }
      return reasons;
    } catch (ParseException | InvalidArgumentException e) {
      throw new IllegalArgumentException("this does not fit a Reason header", e);
    }
  }

  /** Is cancelled wholly: the core would leave it to lapse, minutes after the call. */
  private record TimerC(ProxyBranchTimerTask task, TimerWheel.Timer timer) {
    void cancel() {
      task.cancel();
      timer.cancel();
    }
  }

  @Override
  public void updateTimer(boolean cancel1xx, MobicentsSipApplicationSession session) {
    if (cancel1xx) {
      cancel1xxTimer();
    }
    ProxyTimers timers = (ProxyTimers) proxy().getProxyTimerService();
    int seconds = getProxyBranchTimeout();
    if (seconds <= 0) {
      cancelTimer();
    } else {
      ProxyBranchTimerTask task = new ProxyBranchTimerTask(this, ResponseType.FINAL, session);
      replaceTimer(new TimerC(task, timers.set(task, Duration.ofSeconds(seconds))));
    }
  }

  @Override
  public void cancelTimer() {
    replaceTimer(null);
  }

  private void replaceTimer(TimerC next) {
    TimerC before = timerC.getAndSet(next);
    if (before != null) {
      before.cancel();
    }
  }

  /** Keeps the last response to the proxied request, and no other. */
  @Override
  public void setResponse(MobicentsSipServletResponse response) {
    if (response == null) {
      super.setResponse(null);
    } else if (proxy().concerns(response)) {
      super.setResponse(response);
      String tag = ((SIPResponse) response.getMessage()).getToTag();
      if (tag != null) {
        dialogs.add(tag);
      }
    }
  }

  /**
   * What a target that is being cancelled has to say on its way is of no use to the caller. Of what
   * comes after the final answer, only further acceptances are.
   */
  @Override
  public void onResponse(MobicentsSipServletResponse response, int status)
      throws DispatcherException {
    if (!proxy().concerns(response)) {
      onResponseWithinDialog(response, status);
    } else if (proxy().isAnswered()) {
      if (status >= SipServletResponse.SC_OK) {
        cancelTimer();
      }
      if (status / 100 == 2 && Request.INVITE.equals(response.getMethod())) {
        proxy().passOnFurther(response, this);
      }
    } else if (!isCanceled() || status >= SipServletResponse.SC_OK) {
      super.onResponse(response, status);
    }
  }

  private void onResponseWithinDialog(MobicentsSipServletResponse response, int status)
      throws DispatcherException {
    if (status < SipServletResponse.SC_OK) {
      super.onResponse(response, status);
    } else if (proxy().isAnswered()) {
      cancelTimer();
      proxy().sendFinalResponse(response, this);
    } else {
      proxy().tell(response);
      if (ContainerProxy.comesTooLate(response)) {
        leaveUnanswered(response);
      } else {
        passBack(response);
      }
    }
  }

  /** Ends the transaction of the request that a response is to, which is not passed on. */
  void leaveUnanswered(MobicentsSipServletResponse response) {
    ViaList vias = ((SIPMessage) response.getMessage()).getViaHeaders();
    if (vias.size() < 2) {
      return;
    }
    received(vias.get(1).getBranch())
        .map(SipServletRequestImpl::getTransaction)
        .filter(ServerTransaction.class::isInstance)
        .map(ServerTransaction.class::cast)
        .ifPresent(ServerTransaction::leaveUnanswered);
  }

  private void passBack(MobicentsSipServletResponse response) throws DispatcherException {
    SipServletResponseImpl passedBack = ProxyUtils.createProxiedResponse(response, this);
    if (passedBack == null) {
      return;
    }
    received(((SIPMessage) passedBack.getMessage()).getTopmostVia().getBranch())
        .ifPresent(
            request -> {
              passedBack.setTransaction(request.getTransaction());
              passedBack.setOriginalRequest(request);
            });
    try {
      passedBack.send();
    } catch (IOException e) {
      throw new DispatcherException("a response within an early dialog could not be sent", e);
    }
  }

  /** The request that came in with a Via of this branch, and was passed on. */
  private Optional<SipServletRequestImpl> received(String viaBranch) {
    synchronized (ongoingTransactions) {
      return ongoingTransactions.stream()
          .filter(transaction -> transaction.branchId.equals(viaBranch))
          .map(transaction -> transaction.request)
          .findFirst();
    }
  }

  /** Any request but an ACK has a transaction to answer; the core leaves PRACK out. */
  @Override
  public void addTransaction(SipServletRequestImpl request) {
    if (!Request.ACK.equals(request.getMethod())) {
      String branch = ((SIPMessage) request.getMessage()).getTopmostVia().getBranch();
      synchronized (ongoingTransactions) {
        ongoingTransactions.add(new TransactionRequest(branch, request));
      }
      request.getTransactionApplicationData().setProxyBranch(this);
    }
  }

  @Override
  public void proxySubsequentRequest(MobicentsSipServletRequest subsequent) {
    SipServletRequestImpl request = (SipServletRequestImpl) subsequent;
    if (proxy().isAnswered() || Request.ACK.equals(request.getMethod())) {
      super.proxySubsequentRequest(request);
    } else if (!isAnswered(request)) {
      SIPMessage message = (SIPMessage) request.getMessage();
      proxy()
          .withDialogOf(message)
          .ifPresentOrElse(branch -> branch.passOnEarly(request), () -> refuse(request));
    }
  }

  /** Whether the application has answered it itself, or what guards the application. */
  private static boolean isAnswered(SipServletRequestImpl request) {
    return request.getLastFinalResponse() instanceof SipServletResponseImpl answer
        && answer.isMessageSent();
  }

  private void passOnEarly(SipServletRequestImpl request) {
    addTransaction(request);
    SipServletRequestImpl proxied = (SipServletRequestImpl) getRequest();
    proxyDialogStateless(request);
    // What this branch is for, and what a CANCEL is made of.
    setOutgoingRequest(proxied);
  }

  private static void refuse(SipServletRequestImpl request) {
    String callId = request.getCallId();
    LOG.log(Level.INFO, "Call-ID %s: %s of no dialog here", callId, request.getMethod());
    try {
      request.createResponse(SipServletResponse.SC_CALL_LEG_DONE).send();
    } catch (IOException e) {
      LOG.log(Level.INFO, "Call-ID %s: 481 not sent: %s", callId, e.getMessage());
    }
  }

  /**
   * Sends the CANCEL that waits, if one does and this response is one to send it after. No session
   * is needed for it: the call may be over by the time a slow target begins to ring.
   */
  void cancelIfAwaited(ResponseEvent event) {
    List<Reason> reasons = awaited.getAndSet(null);
    if (reasons == null || event.getResponse().getStatusCode() >= SipServletResponse.SC_OK) {
      return;
    }
    String callId = ((SIPResponse) event.getResponse()).getCallId().getCallId();
    try {
      Request cancel = event.getClientTransaction().createCancel();
      reasons.forEach(cancel::addHeader);
      ((SipProvider) event.getSource()).getNewClientTransaction(cancel).sendRequest();
      endSoon((SIPClientTransaction) event.getClientTransaction());
      LOG.log(Level.DEBUG, "Call-ID %s: %s rings too late, cancelled", callId, getTargetURI());
    } catch (SipException e) {
      LOG.log(
          Level.WARNING,
          "Call-ID %s: %s rings too late and is not cancelled: %s",
          callId,
          getTargetURI(),
          e.getMessage());
    }
  }

  /** A cancelled INVITE is not waited for longer than this (RFC 3261 section 9.1). */
  private void endSoon(SIPClientTransaction invite) {
    invite
        .getSIPStack()
        .getTimer()
        .schedule(new EndOfCancelled(invite), CANCELLED_T1 * (long) invite.getBaseTimerInterval());
  }

  /**
   * Takes a cancelled INVITE for refused, as its target would have done.
   *
   * @param sent the INVITE of this branch
   */
  void concludeCancelled(SipServletRequestImpl sent) throws DispatcherException {
    if (proxy().isAnswered()) {
      return;
    }
    SipServletResponseImpl response =
        (SipServletResponseImpl)
            sent.createResponse(SipServletResponse.SC_REQUEST_TERMINATED, null, false, true);
    sent.setResponse(response);
    ContainerProxy.callServlet(response);
    setResponse(response);
    onResponse(response, response.getStatus());
    response.getSipSession().updateStateOnResponse(response, true);
  }

  private final class EndOfCancelled extends SIPStackTimerTask {
    private final SIPClientTransaction invite;

    EndOfCancelled(SIPClientTransaction invite) {
      this.invite = invite;
    }

    @Override
    public void runTask() {
      if (invite.getState() == TransactionState.PROCEEDING) {
        ((Dispatcher) proxy().getSipFactoryImpl().getSipApplicationDispatcher())
            .endCancelled(invite, ContainerProxyBranch.this);
      }
    }

    @Override
    public Object getThreadHash() {
      return invite.getBranchId();
    }
  }
}
