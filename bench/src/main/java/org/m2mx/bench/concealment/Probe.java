package org.m2mx.bench.concealment;

import java.io.IOException;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.load.SipMessage;

/** A caller who asks for callees and looks at the clock. */
final class Probe {
  private static final int NOT_FOUND = 404;
  private static final int CHALLENGED = 407;

  private final TlsDevice connection;
  private final Device caller;
  private final String method;
  private final Digest digest;
  private long number = System.nanoTime();

  /**
   * @param connection to the server
   * @param caller a subscriber whom none of the callees permits
   * @param method INVITE, MESSAGE, OPTIONS or SUBSCRIBE
   */
  Probe(TlsDevice connection, Device caller, String method) {
    this.connection = connection;
    this.caller = caller;
    this.method = method;
    this.digest = new Digest(caller);
  }

  /**
   * Asks for a callee once.
   *
   * @param callee its address of record
   * @return nanoseconds until the refusal was there
   * @throws BenchException when it is not refused with 404
   */
  long ask(String callee) throws IOException {
    if (!digest.challenged()) {
      digest.challenged(answer(callee, ""));
    }
    String request = request(callee, digest.answer(method, callee));
    long start = System.nanoTime();
    connection.send(request);
    SipMessage refusal = connection.finalResponse();
    long taken = System.nanoTime() - start;
    acknowledge(callee, refusal);
    if (refusal.status() == CHALLENGED) {
      // The nonce has grown old; nothing was measured.
      digest.challenged(refusal);
      return ask(callee);
    }
    if (refusal.status() != NOT_FOUND) {
      throw new BenchException(method + " to " + callee + " was answered " + refusal.startLine());
    }
    return taken;
  }

  private SipMessage answer(String callee, String headers) throws IOException {
    connection.send(request(callee, headers));
    SipMessage response = connection.finalResponse();
    acknowledge(callee, response);
    return response;
  }

  private String request(String callee, String headers) {
    number++;
    String event = method.equals("SUBSCRIBE") ? "Event: presence\r\n" : "";
    return text(
        method, callee, "", "Contact: <sip:" + connection.hostPort() + ">\r\n" + event + headers);
  }

  private void acknowledge(String callee, SipMessage refusal) throws IOException {
    if (method.equals("INVITE")) {
      String to = refusal.header("To");
      connection.send(text("ACK", callee, to.substring(to.indexOf(";tag=")), ""));
    }
  }

  private String text(String of, String callee, String toTag, String headers) {
    return ("%s %s SIP/2.0\r\n"
            + "Via: SIP/2.0/TLS %s;branch=z9hG4bK%x;rport\r\n"
            + "Max-Forwards: 70\r\n"
            + "From: <%s>;tag=p\r\n"
            + "To: <%s>%s\r\n"
            + "Call-ID: %x\r\n"
            + "CSeq: 1 %s\r\n"
            + "%sContent-Length: 0\r\n\r\n")
        .formatted(
            of,
            callee,
            connection.hostPort(),
            number,
            caller.aor(),
            callee,
            toTag,
            number,
            of,
            headers);
  }
}
