package org.m2mx.ua.signalling;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sip.header.CallIdHeader;
import javax.sip.message.Request;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Presence;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.xml.MalformedXmlException;
import org.m2mx.ua.xml.SafeXml;

/** Asks whether others are there (RFC 3856), one at a time. */
public final class PresenceClient {
  private static final String DOCUMENT = "application/pidf+xml";
  private static final int ANSWER_SECONDS = 35;

  /** How long a NOTIFY may be late (RFC 6665 section 4.1.2.4: timer N, 64*T1). */
  private static final int NOTIFY_SECONDS = 32;

  private final Signalling signalling;

  /**
   * A client on a signalling channel.
   *
   * @param signalling the signalling channel
   */
  public PresenceClient(Signalling signalling) {
    this.signalling = signalling;
  }

  /**
   * Asks once: a subscription that ends as soon as it has begun (RFC 6665 section 4.4.3).
   *
   * @param whom whose presence
   * @return what the server says
   * @throws UserAgentException with reason {@code USER_UNKNOWN} if there is no such user or it does
   *     not permit this one to call it, and otherwise why it cannot be told
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Presence ask(Aor whom) throws UserAgentException, InterruptedException {
    Messages messages = signalling.messages();
    CallIdHeader callId = messages.newCallId();
    Request request =
        messages.request(
            Request.SUBSCRIBE, whom.toString(), whom.toString(), callId, messages.token());
    request.setHeader(messages.dialogContact());
    request.setHeader(messages.header("Event", "presence"));
    request.setHeader(messages.header("Accept", DOCUMENT));
    request.setHeader(messages.header("Expires", "0"));
    CompletableFuture<Request> notified = new CompletableFuture<>();
    signalling.subscribed(callId.getCallId(), notified::complete);
    try {
      Exchange.Outcome outcome =
          Exchange.start(signalling, request, null, provisional -> {}).await(ANSWER_SECONDS);
      if (outcome.response().getStatusCode() / 100 != 2) {
        throw Refusals.call(whom, outcome.response());
      }
      return read(whom, notified.get(NOTIFY_SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException | ExecutionException e) {
      throw new UserAgentException(
          Reason.NO_ANSWER,
          "The server took the question whether " + whom + " is there, and did not answer it",
          "Try again later",
          e);
    } finally {
      signalling.unsubscribed(callId.getCallId());
    }
  }

  /** Reads the basic status (RFC 3863 section 4.1.4): one tuple that is open is enough. */
  private static Presence read(Aor whom, Request notify) throws UserAgentException {
    Map<String, Integer> statuses = new HashMap<>();
    byte[] body = notify.getRawContent();
    try {
      SafeXml.read(
          body == null ? new byte[0] : body,
          name -> {},
          (name, text) -> {
            if (name.equals("basic")) {
              statuses.merge(text, 1, Integer::sum);
            }
          });
    } catch (MalformedXmlException e) {
      throw new UserAgentException(
          Reason.REFUSED,
          "What the server says of " + whom + " cannot be read: " + e.getMessage(),
          "Have the operator look into it",
          e);
    }
    return statuses.containsKey("open") ? Presence.ONLINE : Presence.OFFLINE;
  }
}
