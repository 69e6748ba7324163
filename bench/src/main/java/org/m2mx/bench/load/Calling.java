package org.m2mx.bench.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * INVITE, 407, ACK, INVITE with digest, 180, 200, ACK, BYE, 200; through a record-routing proxy.
 */
public final class Calling implements Conversation {
  private static final String OFFER =
      """
      v=0
      o=- 1 1 IN IP4 127.0.0.1
      s=-
      c=IN IP4 127.0.0.1
      t=0 0
      m=application 49152 TCP/TLS m2mx
      a=setup:actpass
      a=connection:new
      a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF
      """
          .replace("\n", "\r\n");

  private final Device caller;
  private final Device callee;
  private final String callId;
  private final String via;
  private final String contact;
  private int cseq = 1;
  private boolean answered;

  /**
   * @param caller who calls
   * @param callee who is called
   * @param callId unique
   * @param via transport, host and port as the Via has them, such as {@code UDP 127.0.0.1:40000}
   * @param contact the caller's contact URI
   */
  public Calling(Device caller, Device callee, String callId, String via, String contact) {
    this.caller = caller;
    this.callee = callee;
    this.callId = callId;
    this.via = via;
    this.contact = contact;
  }

  @Override
  public String callId() {
    return callId;
  }

  @Override
  public Step begin() {
    return Step.ask(invite(""));
  }

  @Override
  public Step on(SipMessage response) {
    if (!response.header("CSeq").startsWith(cseq + " ")) {
      return null;
    }
    return answered ? onBye(response) : onInvite(response);
  }

  private Step onInvite(SipMessage response) {
    int status = response.status();
    if (status < 200) {
      return Step.await();
    }
    if (status == 407 && cseq == 1) {
      String ack = ack(response, callee.aor(), "", branch());
      return caller
          .credentials(response, "INVITE", callee.aor())
          .map(
              credentials -> {
                cseq++;
                return Step.ask(ack, invite(credentials));
              })
          .orElseGet(() -> Step.failed("no SHA-256 offered"));
    }
    if (status != 200) {
      return Step.failed(response.startLine());
    }
    answered = true;
    String target = SipMessage.uri(response.header("Contact"));
    String routes = routes(response);
    String ack = ack(response, target, routes, branch() + "-ack");
    cseq++;
    return Step.answered(ack, inDialog("BYE", response, target, routes, branch()));
  }

  private static Step onBye(SipMessage response) {
    int status = response.status();
    if (status < 200) {
      return Step.await();
    }
    return status == 200 ? Step.done() : Step.failed("BYE: " + response.startLine());
  }

  /** RFC 3261 section 12.1.2: the Record-Routes in reverse. */
  private static String routes(SipMessage response) {
    List<String> recordRoutes = new ArrayList<>(response.headers("Record-Route"));
    Collections.reverse(recordRoutes);
    StringBuilder routes = new StringBuilder();
    for (String route : recordRoutes) {
      routes.append("Route: ").append(route).append("\r\n");
    }
    return routes.toString();
  }

  private String branch() {
    return "z9hG4bK-" + callId + '-' + cseq;
  }

  private String invite(String credentials) {
    return start("INVITE", callee.aor(), branch())
        + "To: <"
        + callee.aor()
        + ">\r\nCSeq: "
        + cseq
        + " INVITE\r\nContact: <"
        + contact
        + ">\r\n"
        + credentials
        + "Max-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: "
        + OFFER.length()
        + "\r\n\r\n"
        + OFFER;
  }

  private String ack(SipMessage response, String target, String routes, String branch) {
    return inDialog("ACK", response, target, routes, branch);
  }

  private String inDialog(
      String method, SipMessage response, String target, String routes, String branch) {
    return start(method, target, branch)
        + routes
        + response.lines("To")
        + "CSeq: "
        + cseq
        + ' '
        + method
        + "\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
  }

  private String start(String method, String target, String branch) {
    return method
        + ' '
        + target
        + " SIP/2.0\r\nVia: SIP/2.0/"
        + via
        + ";branch="
        + branch
        + ";rport\r\nFrom: <"
        + caller.aor()
        + ">;tag=f"
        + callId
        + "\r\nCall-ID: "
        + callId
        + "\r\n";
  }
}
