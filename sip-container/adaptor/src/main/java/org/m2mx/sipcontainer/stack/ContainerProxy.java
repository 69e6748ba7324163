package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPResponse;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.URI;
import javax.sip.SipException;
import javax.sip.header.CSeqHeader;
import javax.sip.header.RouteHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.application.Dispatched;
import org.mobicents.servlet.sip.JainSipUtils;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.address.SipURIImpl;
import org.mobicents.servlet.sip.core.DispatcherException;
import org.mobicents.servlet.sip.core.dispatchers.MessageDispatcher;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletRequest;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.core.proxy.MobicentsProxyBranch;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.message.SipServletResponseImpl;
import org.mobicents.servlet.sip.proxy.ProxyBranchImpl;
import org.mobicents.servlet.sip.proxy.ProxyImpl;
import org.mobicents.servlet.sip.proxy.ProxyUtils;

/**
 * The core's proxy, with branches that are cancelled as RFC 3261 says, and with as many dialogs as
 * devices answer. The core knows of one, and takes whatever is answered on a branch for the answer
 * to the proxied request, that to a PRACK too.
 */
final class ContainerProxy extends ProxyImpl {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(ContainerProxy.class.getName());

  private final ContainerRequest request;
  private final String method;
  private final long number;

  /** Any of the branches, until there is a final answer. */
  private volatile ContainerProxyBranch any;

  /** Whether it was answered here, since nobody else did. */
  private volatile boolean timedOut;

  ContainerProxy(ContainerRequest request, SipFactoryImpl factory) {
    super(request, factory);
    this.request = request;
    CSeqHeader cseq = ((SIPMessage) request.getMessage()).getCSeq();
    this.method = cseq.getMethod();
    this.number = cseq.getSeqNumber();
  }

  /** Whether a response is to the proxied request, not to a later one of its dialogs. */
  boolean concerns(MobicentsSipServletResponse response) {
    SIPMessage message = (SIPMessage) response.getMessage();
    return message.getCSeq().getSeqNumber() == number
        && message.getCSeq().getMethod().equals(method)
        && isFromCaller(message);
  }

  /** Whether the proxied request has its final answer. */
  boolean isAnswered() {
    return timedOut || super.getBestResponseSent() >= SipServletResponse.SC_OK;
  }

  /** Unknown to the core, which would drop what comes after it: that is for the branch to say. */
  @Override
  public int getBestResponseSent() {
    return -1;
  }

  /**
   * For a request, as long as there is no final answer, any branch: it finds the one whose dialog
   * the request belongs to.
   */
  @Override
  public MobicentsProxyBranch getFinalBranchForSubsequentRequests() {
    if (isAnswered()) {
      any = null;
    }
    ContainerProxyBranch early = any;
    return early != null && Dispatched.REQUEST.isUnderWay()
        ? early
        : super.getFinalBranchForSubsequentRequests();
  }

  /** A request within an early dialog does not take the place of the one that is proxied. */
  @Override
  public void setOriginalRequest(MobicentsSipServletRequest subsequent) {
    if (isAnswered()) {
      super.setOriginalRequest(subsequent);
    }
  }

  /** The branch on which a dialog began that a request belongs to. */
  Optional<ContainerProxyBranch> withDialogOf(SIPMessage subsequent) {
    boolean downstream = isFromCaller(subsequent);
    String tag = downstream ? subsequent.getToTag() : subsequent.getFromTag();
    List<ContainerProxyBranch> branches =
        getProxyBranchesMap().values().stream()
            .filter(ProxyBranchImpl::isStarted)
            .map(ContainerProxyBranch.class::cast)
            .toList();
    return branches.stream()
        .filter(branch -> branch.hasDialog(tag))
        .findFirst()
        .or(() -> mayOvertake(subsequent) ? branches.stream().findFirst() : Optional.empty());
  }

  /** A NOTIFY may overtake the answer to the SUBSCRIBE (RFC 6665 section 4.4.1). */
  private boolean mayOvertake(SIPMessage subsequent) {
    return subsequent.getCSeq().getMethod().equals(Request.NOTIFY) && !isFromCaller(subsequent);
  }

  /** What begins no dialog is let in without a tag, as of RFC 2543. */
  private boolean isFromCaller(SIPMessage message) {
    return Objects.equals(getCallerFromTag(), message.getFromTag());
  }

  /**
   * Passes on a 2xx to an INVITE that has its final answer (RFC 3261 section 16.7, step 5), by way
   * of the application: it begins a dialog of its own, or comes again and has to say what the first
   * one said.
   */
  void passOnFurther(MobicentsSipServletResponse acceptance, ContainerProxyBranch branch)
      throws DispatcherException {
    tell(acceptance);
    SipServletResponseImpl passedOn = ProxyUtils.createProxiedResponse(acceptance, branch);
    if (passedOn == null) {
      return;
    }
    Response message = (Response) passedOn.getMessage();
    try {
      getSipFactoryImpl()
          .getSipNetworkInterfaceManager()
          .findMatchingListeningPoint(JainSipUtils.findTransport(message), false)
          .getSipProvider()
          .sendResponse(message);
    } catch (SipException e) {
      LOG.log(
          Level.WARNING,
          "Call-ID {0}: a further acceptance is lost: {1}",
          ((SIPResponse) message).getCallId().getCallId(),
          e.getMessage());
    }
  }

  @Override
  public void sendFinalResponse(MobicentsSipServletResponse response, ProxyBranchImpl branch)
      throws DispatcherException {
    if (branch.isTimedOut()) {
      timeOut(branch);
    } else if (comesTooLate(response)) {
      tell(response);
      // Unless the application has begun another branch.
      if (allResponsesHaveArrived()) {
        ((ContainerProxyBranch) branch).leaveUnanswered(response);
      }
    } else {
      super.sendFinalResponse(response, branch);
    }
  }

  /**
   * Answers in the stead of targets of which none has in its time (RFC 3261 section 16.8). The core
   * would show that to the application as what one of several branches answered.
   */
  private void timeOut(ProxyBranchImpl branch) throws DispatcherException {
    SipServletResponseImpl answer =
        (SipServletResponseImpl)
            getOriginalRequest().createResponse(SipServletResponse.SC_REQUEST_TIMEOUT);
    answer.setProxyBranch(branch);
    tell(answer);
    if (!allResponsesHaveArrived() || comesTooLate(answer)) {
      return;
    }
    try {
      answer.send();
      timedOut = true;
    } catch (IOException e) {
      throw new DispatcherException("the caller cannot be told that nobody answers", e);
    }
  }

  /**
   * Whether a final response is not to be passed on: a 408 to a request other than INVITE, whose
   * sender has given up by then (RFC 4320 section 4.2).
   */
  static boolean comesTooLate(SipServletResponse response) {
    return response.getStatus() == SipServletResponse.SC_REQUEST_TIMEOUT
        && !Request.INVITE.equals(response.getMethod());
  }

  /**
   * An acceptance is passed on at once, whatever the method (RFC 3261 section 16.7, step 5): the
   * core lets all but an INVITE's wait for the slowest branch.
   */
  @Override
  public boolean allResponsesHaveArrived() {
    return getProxyBranchesMap().values().stream().anyMatch(ContainerProxy::isAccepted)
        || super.allResponsesHaveArrived();
  }

  private static boolean isAccepted(ProxyBranch branch) {
    SipServletResponse response = branch.getResponse();
    return response != null && response.getStatus() / 100 == 2;
  }

  /** Lets the application see a response that is about to be passed on. */
  void tell(MobicentsSipServletResponse response) throws DispatcherException {
    if (!getSupervised()) {
      return;
    }
    response.setBranchResponse(false);
    callServlet(response);
  }

  /** Lets the application see a response, as the best or as a branch's, whichever it says it is. */
  static void callServlet(MobicentsSipServletResponse response) throws DispatcherException {
    try {
      MessageDispatcher.callServlet(response);
    } catch (ServletException | IOException e) {
      throw new DispatcherException("the application failed on a response", e);
    }
  }

  @Override
  public List<ProxyBranch> createProxyBranches(List<? extends URI> targets) {
    targets.forEach(
        target -> {
          if (!JainSipUtils.checkScheme(target.toString())) {
            throw new IllegalArgumentException("cannot proxy to " + target);
          }
        });
    return targets.stream().<ProxyBranch>map(this::add).toList();
  }

  /** A branch takes the proxy's Path over, and has to have one of its own for its parameters. */
  private ContainerProxyBranch add(URI target) {
    SipURIImpl path = pathURI;
    if (path != null) {
      pathURI = (SipURIImpl) path.clone();
    }
    ContainerProxyBranch branch = new ContainerProxyBranch(target, this);
    pathURI = path;
    branch.setRecordRoute(getRecordRoute());
    branch.setRecurse(getRecurse());
    getProxyBranchesMap().put(target, branch);
    any = branch;
    return branch;
  }

  @Override
  public void proxyTo(List<? extends URI> targets) {
    createProxyBranches(targets);
    startProxy();
  }

  /** A Route may lead to where a Request-URI that is none of SIP's is understood. */
  @Override
  public void proxyTo(URI target) {
    if (JainSipUtils.checkScheme(target.toString()) || hasRoute()) {
      add(target);
      startProxy();
    } else {
      throw new IllegalArgumentException("cannot proxy to " + target + " without a Route");
    }
  }

  /** The core hands out a URI that takes no parameters, which is what it is for. */
  @Override
  public void setAddToPath(boolean add) {
    super.setAddToPath(add);
    pathURI.setIsModifiable(ModifiableRule.ProxyRecordRouteNotModifiable);
  }

  private boolean hasRoute() {
    return request.getMessage().getHeader(RouteHeader.NAME) instanceof RouteHeader route
        && JainSipUtils.checkScheme(route.getAddress().getURI().toString());
  }

  /** What has been answered for good needs no CANCEL, and shall not keep the others from theirs. */
  @Override
  public void cancelAllExcept(
      ProxyBranch except, String[] protocols, int[] causes, String[] texts, boolean strict) {
    for (ProxyBranchImpl branch : List.copyOf(getProxyBranchesMap().values())) {
      if (branch == except) {
        continue;
      }
      if (isAnswered(branch)) {
        branch.cancelTimer();
        branch.onBranchTerminated();
        continue;
      }
      try {
        branch.cancel(protocols, causes, texts);
      } catch (IllegalStateException e) {
        if (strict) {
          throw e;
        }
        LOG.log(Level.DEBUG, "{0} is not cancelled: {1}", branch.getTargetURI(), e.getMessage());
      }
    }
  }

  private static boolean isAnswered(ProxyBranch branch) {
    SipServletResponse response = branch.getResponse();
    return response != null && response.getStatus() >= SipServletResponse.SC_OK;
  }
}
