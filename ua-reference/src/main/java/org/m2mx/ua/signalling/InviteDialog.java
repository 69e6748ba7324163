package org.m2mx.ua.signalling;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sip.Dialog;
import javax.sip.SipException;
import javax.sip.header.ReasonHeader;
import javax.sip.message.Request;
import org.m2mx.ua.Aor;

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

  /** What a stranger may have shown to this side's user, characters. */
  private static final int LONGEST_REASON = 400;

  private final Signalling signalling;
  private final Dialog dialog;
  private final Aor peer;
  private final AtomicBoolean byeSent = new AtomicBoolean();
  private final CompletableFuture<End> ended = new CompletableFuture<>();
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

  /** Completes when the dialog has ended, never exceptionally. */
  public CompletableFuture<End> ended() {
    return ended;
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
    if (ended.isDone() || !byeSent.compareAndSet(false, true)) {
      return ended.thenAccept(end -> {});
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
                ended.complete(End.HERE);
                return null;
              });
    } catch (SipException e) {
      LOG.log(System.Logger.Level.INFO, "Call-ID " + callId() + ": BYE was too late", e);
      ended.complete(End.LOST);
      return CompletableFuture.completedFuture(null);
    }
  }

  void byeReceived(Request bye) {
    if (bye.getHeader(ReasonHeader.NAME) instanceof ReasonHeader reason
        && reason.getText() != null) {
      String text = reason.getText().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
      peerReason = text.substring(0, Math.min(text.length(), LONGEST_REASON));
    }
    ended.complete(End.PEER);
  }
}
