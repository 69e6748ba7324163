package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.header.Reason;
import gov.nist.javax.sip.message.SIPResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.URI;
import javax.sip.InvalidArgumentException;
import javax.sip.ResponseEvent;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.message.Request;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.address.SipURIImpl;
import org.mobicents.servlet.sip.core.DispatcherException;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.proxy.ProxyBranchImpl;
import org.mobicents.servlet.sip.proxy.ProxyImpl;

/**
 * The core's branch, with a CANCEL that waits where it has to. No CANCEL may be sent before the
 * first provisional response (RFC 3261 section 9.1), and the core forgets it then: a device that
 * begins to ring after another has accepted would ring on.
 */
final class ContainerProxyBranch extends ProxyBranchImpl {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(ContainerProxyBranch.class.getName());

  /** The Reasons of the CANCEL that waits for the first response, null when none does. */
  private final AtomicReference<List<Reason>> awaited = new AtomicReference<>();

  private volatile boolean cancelled;

  ContainerProxyBranch(URI target, ContainerProxy proxy) {
    super(target, proxy);
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
      super.cancel(protocols, causes, texts);
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
        && !((ProxyImpl) getProxy()).getAckReceived();
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

  /** What a target that is being cancelled has to say on its way is of no use to the caller. */
  @Override
  public void onResponse(MobicentsSipServletResponse response, int status)
      throws DispatcherException {
    if (!isCanceled() || status >= SipServletResponse.SC_OK) {
      super.onResponse(response, status);
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
      LOG.log(Level.DEBUG, "Call-ID {0}: {1} rings too late, cancelled", callId, getTargetURI());
    } catch (SipException e) {
      LOG.log(
          Level.WARNING,
          "Call-ID {0}: {1} rings too late and is not cancelled: {2}",
          callId,
          getTargetURI(),
          e.getMessage());
    }
  }
}
