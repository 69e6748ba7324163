package org.m2mx.ua.signalling;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.firewall.TransportProtocol;

/** Asks the server to knock: a MESSAGE (RFC 3428) to the server itself. */
public final class KnockClient {
  private static final String QUESTION = "application/vnd.m2mx.knock";

  /** What servers answer that do not know the question. */
  private static final Set<Integer> NOT_OFFERED =
      Set.of(
          Response.NOT_FOUND,
          Response.METHOD_NOT_ALLOWED,
          Response.UNSUPPORTED_MEDIA_TYPE,
          Response.UNSUPPORTED_URI_SCHEME,
          Response.TEMPORARILY_UNAVAILABLE,
          Response.ADDRESS_INCOMPLETE,
          Response.NOT_ACCEPTABLE_HERE,
          Response.NOT_IMPLEMENTED);

  private final Signalling signalling;

  /**
   * A client on a signalling channel.
   *
   * @param signalling the signalling channel
   */
  public KnockClient(Signalling signalling) {
    this.signalling = signalling;
  }

  /**
   * Asks, and does not wait.
   *
   * @param protocol by which to knock
   * @param port as the server sees it, from 1024
   * @param token 8 to 64 letters and digits
   * @return whether the server knocks at all, when the knock is over; or why it does not
   */
  public CompletableFuture<Boolean> ask(TransportProtocol protocol, int port, String token) {
    Messages messages = signalling.messages();
    String server = "sip:" + signalling.account().aor().domain();
    Request request =
        messages.request(Request.MESSAGE, server, server, messages.newCallId(), messages.token());
    messages.setBody(
        request, QUESTION, protocol.name().toLowerCase(Locale.ROOT) + " " + port + " " + token);
    return Exchange.start(signalling, request, null, provisional -> {})
        .outcome()
        .thenApply(outcome -> knocks(outcome.response()));
  }

  private static boolean knocks(Response response) {
    int status = response.getStatusCode();
    // A relay says 202 of a message that it keeps for somebody: it has not knocked.
    if (status / 100 != 2 && !NOT_OFFERED.contains(status)) {
      throw new CompletionException(Refusals.knock(response));
    }
    return status == Response.OK;
  }
}
