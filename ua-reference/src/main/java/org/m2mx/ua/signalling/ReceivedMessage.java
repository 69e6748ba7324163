package org.m2mx.ua.signalling;

import java.nio.charset.StandardCharsets;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.TextMessage;

/** A MESSAGE that waits to be answered (RFC 3428 section 7). */
public final class ReceivedMessage {
  private static final System.Logger LOG = System.getLogger(ReceivedMessage.class.getName());

  private final Signalling signalling;
  private final ServerTransaction transaction;
  private final Aor sender;
  private boolean answered;

  ReceivedMessage(Signalling signalling, ServerTransaction transaction, Aor sender) {
    this.signalling = signalling;
    this.transaction = transaction;
    this.sender = sender;
  }

  /** Returns what was sent, and by whom. */
  public TextMessage message() {
    byte[] body = transaction.getRequest().getRawContent();
    return new TextMessage(sender, new String(body, StandardCharsets.UTF_8));
  }

  /** Tells the sender that its user has it (200), unless it was told otherwise. */
  public void delivered() {
    answer(Response.OK);
  }

  /** Tells the sender that its user does not get it (480), unless it was told otherwise. */
  public void notDelivered() {
    answer(Response.TEMPORARILY_UNAVAILABLE);
  }

  private synchronized void answer(int status) {
    if (answered) {
      return;
    }
    answered = true;
    Messages messages = signalling.messages();
    try {
      transaction.sendResponse(
          messages.response(status, transaction.getRequest(), messages.token()));
    } catch (SipException | InvalidArgumentException e) {
      LOG.log(System.Logger.Level.INFO, "A MESSAGE of " + sender + " could not be answered", e);
    }
  }
}
