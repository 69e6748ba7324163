package org.m2mx.ua.signalling;

import java.nio.charset.StandardCharsets;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** Sends texts by way of the server (RFC 3428). */
public final class MessageClient {
  /**
   * The longest text, octets. RFC 3428 section 8 lets whole messages be longer than 1300 octets
   * where no hop is by UDP, and here each is by TLS; but the server keeps no room for letters.
   */
  public static final int LONGEST_TEXT = 4096;

  private static final int ANSWER_SECONDS = 35;

  private final Signalling signalling;

  /**
   * A client on a signalling channel.
   *
   * @param signalling the signalling channel
   */
  public MessageClient(Signalling signalling) {
    this.signalling = signalling;
  }

  /**
   * Sends a text, and waits until it is delivered.
   *
   * @param to to whom
   * @param text not empty
   * @throws UserAgentException why it was not delivered
   * @throws InterruptedException if the waiting thread is interrupted; it may have been delivered
   */
  public void send(Aor to, String text) throws UserAgentException, InterruptedException {
    int octets = text.getBytes(StandardCharsets.UTF_8).length;
    if (octets > LONGEST_TEXT) {
      throw new UserAgentException(
          Reason.REFUSED,
          "The message has " + octets + " octets, and " + LONGEST_TEXT + " are the most",
          "Send it in parts, or as a file with m2mx-ua send");
    }
    Messages messages = signalling.messages();
    Request request =
        messages.request(
            Request.MESSAGE, to.toString(), to.toString(), messages.newCallId(), messages.token());
    messages.setBody(request, "text/plain", text);
    Response response =
        Exchange.start(signalling, request, null, provisional -> {})
            .await(ANSWER_SECONDS)
            .response();
    if (response.getStatusCode() / 100 != 2) {
      throw Refusals.message(to, response);
    }
  }
}
