package org.m2mx.ua.signalling;

import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPDialogEventListener;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sip.Dialog;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** An INVITE dialog that stands, and how it ends (RFC 3261 sections 12 and 15). */
public final class InviteDialog {
  private static final System.Logger LOG = System.getLogger(InviteDialog.class.getName());

  /** How a dialog has ended. */
  public enum End {
    /** This side said BYE. */
    HERE,
    /** The peer said BYE. */
    PEER,
    /** Neither: the signalling broke down. */
    LOST,
  }

  /** Whose re-INVITE is under way: one at a time (RFC 3261 section 14). */
  private enum Change {
    NONE,
    OURS,
    THEIRS,
  }

  /**
   * What has come of a re-INVITE.
   *
   * @param status 200 to 699
   * @param answer the session description of a 2xx, which is acknowledged; otherwise empty
   */
  public record Reanswered(int status, String answer) {
    /** Says whether the peer has accepted. */
    public boolean isAccepted() {
      return status < 300;
    }

    /** Says whether the peer was about to do the same: try again a moment later. */
    public boolean isCrossed() {
      return status == Response.REQUEST_PENDING;
    }

    /**
     * Says whether the server has waited for the peer in vain: it may have accepted all the same.
     */
    public boolean isSilence() {
      return status == Response.REQUEST_TIMEOUT;
    }

    /**
     * Says whether another answer is to be expected: the peer has no connection to the server now
     * (RFC 5626 section 11.5), or either has something else to do.
     */
    public boolean isForNow() {
      return switch (status) {
        case Response.REQUEST_TIMEOUT,
            FLOW_FAILED,
            Response.TEMPORARILY_UNAVAILABLE,
            Response.REQUEST_PENDING,
            Response.SERVER_INTERNAL_ERROR,
            Response.SERVICE_UNAVAILABLE,
            Response.SERVER_TIMEOUT ->
            true;
        default -> false;
      };
    }
  }

  private static final int ANSWER_SECONDS = 35;
  private static final int FLOW_FAILED = 430;

  private final Signalling signalling;
  private final Dialog dialog;
  private final Aor peer;
  private final AtomicBoolean byeSent = new AtomicBoolean();
  private final CompletableFuture<End> ended = new CompletableFuture<>();
  private final AtomicReference<Change> change = new AtomicReference<>(Change.NONE);
  private volatile Consumer<ReceivedReinvite> onReinvite;
  private volatile Runnable onSilence;
  private volatile boolean isReinvited;
  private volatile String peerReason;

  InviteDialog(Signalling signalling, Dialog dialog, Aor peer) {
    this.signalling = signalling;
    this.dialog = dialog;
    this.peer = peer;
    dialog.setApplicationData(this);
  }

  /** Returns the other side's name; never null. */
  public Aor peer() {
    return peer;
  }

  /** Returns the Call-ID, by which logs on all sides name the call. */
  public String callId() {
    return dialog.getCallId().getCallId();
  }

  /** Says whether it is this side that has called. */
  public boolean isCaller() {
    return !dialog.isServer();
  }

  /** Completes when the dialog has ended, never exceptionally. */
  public CompletableFuture<End> ended() {
    return ended;
  }

  /** Says whether the dialog has ended, or this side has said BYE. */
  public boolean isEnding() {
    return byeSent.get() || ended.isDone();
  }

  /** Returns why the peer has said BYE, as it says, for people; empty if it has not told. */
  public Optional<String> peerReason() {
    return Optional.ofNullable(peerReason);
  }

  /**
   * Says BYE, unless the dialog has ended already. Does not wait for the answer.
   *
   * @return completes when the BYE is answered or has failed, never exceptionally
   */
  public CompletableFuture<Void> bye() {
    return bye(null);
  }

  /**
   * Says BYE and why (RFC 3326), unless the dialog has ended already. Does not wait for the answer.
   *
   * @param why for people, or null
   * @return completes when the BYE is answered or has failed, never exceptionally
   */
  public CompletableFuture<Void> bye(String why) {
    return bye(why, End.HERE);
  }

  /**
   * Ends the dialog with a peer that does not answer any more (RFC 3261 section 12.2.1.2): says BYE
   * in case it still listens.
   */
  public void giveUp() {
    bye("no answer to a re-INVITE", End.LOST);
  }

  private CompletableFuture<Void> bye(String why, End end) {
    if (ended.isDone() || !byeSent.compareAndSet(false, true)) {
      return ended.thenAccept(already -> {});
    }
    try {
      Request bye = dialog.createRequest(Request.BYE);
      bye.setHeader(signalling.messages().via());
      if (why != null) {
        bye.setHeader(signalling.messages().reason(why));
      }
      Exchange exchange = Exchange.start(signalling, bye, dialog, provisional -> {});
      return exchange
          .outcome()
          .handle(
              (outcome, failure) -> {
                if (failure != null) {
                  LOG.log(
                      System.Logger.Level.INFO,
                      "Call-ID {0}: BYE failed: {1}",
                      callId(),
                      Exchange.failure(failure).getMessage());
                }
                ended.complete(end);
                return null;
              });
    } catch (SipException e) {
      LOG.log(System.Logger.Level.INFO, "Call-ID " + callId() + ": BYE was too late", e);
      ended.complete(End.LOST);
      return CompletableFuture.completedFuture(null);
    }
  }

  /**
   * Has the peer's re-INVITEs answered. Without anybody to answer they are refused (488).
   *
   * @param handler is called on the flow's thread, and must return soon
   */
  public void onReinvite(Consumer<ReceivedReinvite> handler) {
    onReinvite = handler;
  }

  /**
   * Offers something else, or the same again (RFC 3261 section 14.1), by the flow of the moment,
   * and waits for the answer. A peer that knows nothing of the call any more ends it; silence does
   * not, since either side's connection to the server may just be another.
   *
   * @param offer the session description
   * @return the answer
   * @throws UserAgentException if there is none; the peer may have accepted all the same
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Reanswered reinvite(String offer) throws UserAgentException, InterruptedException {
    if (!change.compareAndSet(Change.NONE, Change.OURS)) {
      return new Reanswered(Response.REQUEST_PENDING, "");
    }
    try {
      Messages messages = signalling.messages();
      Request invite = dialog.createRequest(Request.INVITE);
      invite.setHeader(messages.via());
      invite.setHeader(messages.dialogContact());
      invite.setHeader(messages.header("Supported", "outbound"));
      messages.setBody(invite, "application/sdp", offer);
      Exchange.Outcome outcome =
          Exchange.start(signalling, invite, dialog, provisional -> {}).await(ANSWER_SECONDS);
      int status = outcome.response().getStatusCode();
      if (status < 300) {
        return new Reanswered(status, InviteClient.acknowledge(signalling, outcome, peer));
      }
      if (status == Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST) {
        LOG.log(System.Logger.Level.INFO, "Call-ID {0}: the peer has gone", callId());
        ended.complete(End.LOST);
      }
      return new Reanswered(status, "");
    } catch (SipException e) {
      throw new UserAgentException(
          Reason.REFUSED, "The call has ended: " + e.getMessage(), "Call again", e);
    } finally {
      change.set(Change.NONE);
    }
  }

  /** What was given up before it was accepted is not agreed on, but the peer must not wait. */
  void acknowledge(Exchange.Outcome accepted) {
    LOG.log(System.Logger.Level.INFO, "Call-ID {0}: a re-INVITE is accepted too late", callId());
    try {
      InviteClient.acknowledge(signalling, accepted, peer);
    } catch (UserAgentException e) {
      LOG.log(System.Logger.Level.INFO, "Call-ID {0}: {1}", callId(), e.getMessage());
    }
  }

  /** The peer offers something else, or the same again (RFC 3261 section 14.2). */
  void reinvited(ServerTransaction invite) {
    Consumer<ReceivedReinvite> handler = onReinvite;
    if (handler != null && change.compareAndSet(Change.NONE, Change.THEIRS)) {
      isReinvited = true;
      // Once it has told that an answer was not acknowledged, the stack forgets whom to tell.
      ((SIPDialog) dialog).addEventListener((SIPDialogEventListener) signalling.provider());
      handler.accept(new ReceivedReinvite(signalling, invite, () -> change.set(Change.NONE)));
      return;
    }
    ReceivedReinvite refused = new ReceivedReinvite(signalling, invite, () -> {});
    if (handler == null) {
      refused.refuse(Response.NOT_ACCEPTABLE_HERE, "The session stays as it is");
    } else if (change.get() == Change.OURS) {
      refused.refuse(Response.REQUEST_PENDING, null);
    } else {
      refused.refuseForNow();
    }
  }

  /**
   * Has somebody look after the peer when it does not acknowledge the answer to its re-INVITE; its
   * connection to the server may have been another by then. Without anybody that is a BYE.
   *
   * @param handler is called on a thread of the stack's, and must return soon
   */
  public void onSilence(Runnable handler) {
    onSilence = handler;
  }

  /** RFC 3261 sections 13.3.1.4 and 14.2. */
  void unacknowledged() {
    Runnable handler = onSilence;
    if (handler == null || !isReinvited) {
      bye();
    } else {
      handler.run();
    }
  }

  void byeReceived(Request bye) {
    Messages.reason(bye).ifPresent(text -> peerReason = text);
    ended.complete(End.PEER);
  }
}
