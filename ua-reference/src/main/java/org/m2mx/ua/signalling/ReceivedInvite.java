package org.m2mx.ua.signalling;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.header.CallIdHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** An INVITE that waits to be answered (RFC 3261 section 13.3). */
public final class ReceivedInvite {
  private static final System.Logger LOG = System.getLogger(ReceivedInvite.class.getName());

  private final Signalling signalling;
  private final ServerTransaction transaction;
  private final Aor caller;
  private final String toTag;
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private boolean answered;

  ReceivedInvite(Signalling signalling, ServerTransaction transaction, Aor caller) {
    this.signalling = signalling;
    this.transaction = transaction;
    this.caller = caller;
    this.toTag = signalling.messages().token();
    transaction.setApplicationData(this);
  }

  /** Returns who calls, as the server vouches; never null. */
  public Aor caller() {
    return caller;
  }

  /** Returns the session description offered. */
  public String offer() {
    return new String(transaction.getRequest().getRawContent(), StandardCharsets.UTF_8);
  }

  /** Returns the Call-ID, by which logs on all sides name the call. */
  public String callId() {
    return ((CallIdHeader) transaction.getRequest().getHeader(CallIdHeader.NAME)).getCallId();
  }

  /** Completes if the caller takes the call back before it is answered. */
  public CompletableFuture<Void> cancelled() {
    return cancelled;
  }

  /** Tells the caller that the user is being asked (180). */
  public void ring() {
    if (!cancelled.isDone()) {
      trySend(response(Response.RINGING));
    }
  }

  /**
   * Accepts the call.
   *
   * @param answer the session description to answer with
   * @return the dialog, which stands once the caller has acknowledged
   * @throws UserAgentException with reason {@code NO_ANSWER} if the caller has taken the call back,
   *     {@code SERVER_UNREACHABLE} if the answer cannot be sent
   */
  public synchronized InviteDialog accept(String answer) throws UserAgentException {
    if (cancelled.isDone() || answered) {
      throw new UserAgentException(
          Reason.NO_ANSWER, caller + " has taken the call back", "Nothing is left to do");
    }
    answered = true;
    Response ok = response(Response.OK);
    signalling.messages().setBody(ok, "application/sdp", answer);
    InviteDialog dialog = new InviteDialog(signalling, transaction.getDialog(), caller);
    try {
      transaction.sendResponse(ok);
    } catch (SipException | InvalidArgumentException e) {
      throw new UserAgentException(
          Reason.SERVER_UNREACHABLE,
          "The answer to " + caller + " could not be sent: " + e.getMessage(),
          "Check the network",
          e);
    }
    return dialog;
  }

  /**
   * Refuses the call, unless it is answered already.
   *
   * @param status 400 to 699
   * @param warning why, for people, or null
   */
  public synchronized void refuse(int status, String warning) {
    if (answered) {
      return;
    }
    answered = true;
    Response response = response(status);
    if (warning != null) {
      response.setHeader(signalling.messages().warning(warning));
    }
    trySend(response);
  }

  /** The caller takes the call back (RFC 3261 section 9.2). */
  synchronized void cancel() {
    if (!answered) {
      cancelled.complete(null);
      refuse(Response.REQUEST_TERMINATED, null);
    }
  }

  private Response response(int status) {
    Request request = transaction.getRequest();
    Response response = signalling.messages().response(status, request, toTag);
    if (status < 300) {
      response.setHeader(signalling.messages().dialogContact());
    }
    return response;
  }

  private void trySend(Response response) {
    try {
      transaction.sendResponse(response);
    } catch (SipException | InvalidArgumentException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "Call-ID " + callId() + ": " + response.getStatusCode() + " could not be sent",
          e);
    }
  }
}
