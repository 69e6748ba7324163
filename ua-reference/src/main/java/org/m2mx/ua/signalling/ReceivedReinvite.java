package org.m2mx.ua.signalling;

import java.nio.charset.StandardCharsets;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/**
 * An INVITE within a session that waits to be answered (RFC 3261 section 14.2). No other is dealt
 * with until it is, or is closed. For one thread.
 */
public final class ReceivedReinvite implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ReceivedReinvite.class.getName());

  /** Seconds, of which RFC 3261 section 14.2 admits 0 to 10. */
  private static final String RETRY_AFTER = "3";

  private final Signalling signalling;
  private final ServerTransaction transaction;
  private final Runnable answered;
  private boolean waits = true;

  /**
   * @param answered is run once, when it has its answer or never will
   */
  ReceivedReinvite(Signalling signalling, ServerTransaction transaction, Runnable answered) {
    this.signalling = signalling;
    this.transaction = transaction;
    this.answered = answered;
  }

  /** Returns the session description offered. */
  public String offer() {
    return new String(transaction.getRequest().getRawContent(), StandardCharsets.UTF_8);
  }

  /**
   * Accepts.
   *
   * @param answer the session description to answer with
   * @throws UserAgentException with reason {@code SERVER_UNREACHABLE} if the answer cannot be sent
   */
  public void accept(String answer) throws UserAgentException {
    Response ok = response(Response.OK);
    ok.setHeader(signalling.messages().dialogContact());
    signalling.messages().setBody(ok, "application/sdp", answer);
    try {
      transaction.sendResponse(ok);
      answered();
    } catch (SipException | InvalidArgumentException e) {
      throw new UserAgentException(
          Reason.SERVER_UNREACHABLE,
          "The answer to a re-INVITE could not be sent: " + e.getMessage(),
          "Check the network",
          e);
    }
  }

  /**
   * Refuses; the session stays as it is.
   *
   * @param status 400 to 699
   * @param warning why, for people, or null
   */
  public void refuse(int status, String warning) {
    try {
      Response response = response(status);
      if (warning != null) {
        response.setHeader(signalling.messages().warning(warning));
      }
      trySend(response);
    } finally {
      answered();
    }
  }

  /** Refuses (500) if it has no answer, whatever has come between: the peer may try again. */
  @Override
  public void close() {
    if (waits) {
      refuse(Response.SERVER_INTERNAL_ERROR, null);
    }
  }

  private void answered() {
    if (waits) {
      waits = false;
      answered.run();
    }
  }

  /** Refuses, since another is still being dealt with. */
  void refuseForNow() {
    Response response = response(Response.SERVER_INTERNAL_ERROR);
    response.setHeader(signalling.messages().header("Retry-After", RETRY_AFTER));
    trySend(response);
  }

  private Response response(int status) {
    Request request = transaction.getRequest();
    return signalling.messages().response(status, request, signalling.messages().token());
  }

  private void trySend(Response response) {
    try {
      transaction.sendResponse(response);
    } catch (SipException | InvalidArgumentException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "A re-INVITE could not be answered with " + response.getStatusCode(),
          e);
    }
  }
}
