package org.m2mx.ua.signalling;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.header.CSeqHeader;
import javax.sip.header.Header;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** Makes calls (RFC 3261 section 13.2). */
public final class InviteClient {
  private static final System.Logger LOG = System.getLogger(InviteClient.class.getName());

  /**
   * A call that was answered and acknowledged.
   *
   * @param dialog the dialog that stands
   * @param answer the session description of the 200, possibly empty
   */
  public record Answered(InviteDialog dialog, String answer) {}

  private final Signalling signalling;

  /**
   * A client on a signalling channel.
   *
   * @param signalling the signalling channel
   */
  public InviteClient(Signalling signalling) {
    this.signalling = signalling;
  }

  /**
   * Calls, and waits for the answer. Session descriptions in provisional responses are not looked
   * at: none of ours is sent reliably (RFC 3262), so that only the one in the 200 counts.
   *
   * @param callee whom to call
   * @param offer the session description to offer
   * @param limit how long to let it ring; then the call is taken back
   * @param progress is told each provisional status, 100 to 199
   * @return the call, acknowledged
   * @throws UserAgentException why there is no call
   * @throws InterruptedException if the waiting thread is interrupted; the call is taken back
   */
  public Answered invite(Aor callee, String offer, Duration limit, IntConsumer progress)
      throws UserAgentException, InterruptedException {
    Messages messages = signalling.messages();
    Request invite =
        messages.request(
            Request.INVITE,
            callee.toString(),
            callee.toString(),
            messages.newCallId(),
            messages.token());
    invite.setHeader(messages.dialogContact());
    invite.setHeader(messages.header("Supported", "outbound"));
    messages.setBody(invite, "application/sdp", offer);
    Exchange exchange =
        Exchange.start(
            signalling, invite, null, response -> progress.accept(response.getStatusCode()));
    Exchange.Outcome outcome = await(exchange, callee, limit);
    if (outcome.response().getStatusCode() >= 300) {
      throw Refusals.call(callee, outcome.response());
    }
    return acknowledge(outcome, callee);
  }

  private Exchange.Outcome await(Exchange exchange, Aor callee, Duration limit)
      throws UserAgentException, InterruptedException {
    try {
      return exchange.outcome().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      takeBack(exchange, callee);
      throw new UserAgentException(
          Reason.NO_ANSWER,
          callee + " did not answer within " + limit.toSeconds() + " s",
          "Try again later, or wait longer with --timeout",
          e);
    } catch (InterruptedException e) {
      takeBack(exchange, callee);
      throw e;
    } catch (CancellationException | ExecutionException e) {
      throw Exchange.failure(e.getCause());
    }
  }

  /** Cancels; should the call be answered all the same, hangs up at once. */
  private void takeBack(Exchange exchange, Aor callee) {
    exchange.cancel();
    exchange
        .outcome()
        .thenAccept(
            outcome -> {
              if (outcome.response().getStatusCode() < 300) {
                hangUp(outcome, callee);
              }
            });
  }

  /** Acknowledges and ends a call that is not wanted (RFC 3261 section 13.2.2.4). */
  void hangUp(Exchange.Outcome outcome, Aor callee) {
    try {
      acknowledge(outcome, callee).dialog().bye();
    } catch (UserAgentException e) {
      LOG.log(System.Logger.Level.INFO, "An unwanted call to {0}: {1}", callee, e.getMessage());
    }
  }

  private Answered acknowledge(Exchange.Outcome outcome, Aor callee) throws UserAgentException {
    String answer = acknowledge(signalling, outcome, callee);
    return new Answered(new InviteDialog(signalling, outcome.dialog(), callee), answer);
  }

  /**
   * Acknowledges a 2xx.
   *
   * @return the session description in it, possibly empty
   */
  static String acknowledge(Signalling signalling, Exchange.Outcome outcome, Aor callee)
      throws UserAgentException {
    Dialog dialog = outcome.dialog();
    Response ok = outcome.response();
    CSeqHeader sequence = (CSeqHeader) ok.getHeader(CSeqHeader.NAME);
    try {
      Request ack = dialog.createAck(sequence.getSeqNumber());
      ack.setHeader(signalling.messages().via());
      Header credentials = outcome.request().getHeader(ProxyAuthorizationHeader.NAME);
      if (credentials != null) {
        ack.setHeader(credentials);
      }
      dialog.sendAck(ack);
    } catch (SipException | InvalidArgumentException e) {
      throw new UserAgentException(
          Reason.SERVER_UNREACHABLE,
          "The answer of " + callee + " could not be acknowledged: " + e.getMessage(),
          "Check the network",
          e);
    }
    byte[] body = ok.getRawContent();
    return body == null ? "" : new String(body, StandardCharsets.UTF_8);
  }
}
