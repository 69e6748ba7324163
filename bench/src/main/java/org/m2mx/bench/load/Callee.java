package org.m2mx.bench.load;

import java.util.List;

/** Answers calls: INVITE with 180 and 200, BYE with 200. Keeps nothing in mind. */
public final class Callee {
  private static final String ANSWER =
      """
      v=0
      o=- 2 2 IN IP4 127.0.0.1
      s=-
      c=IN IP4 127.0.0.1
      t=0 0
      m=application 49153 TCP/TLS m2mx
      a=setup:passive
      a=connection:new
      a=fingerprint:sha-256 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:4A:AD:B9:B1:3F:82:18:3B:54:02
      """
          .replace("\n", "\r\n");

  private final String contact;

  /**
   * @param contact its contact URI
   */
  public Callee(String contact) {
    this.contact = contact;
  }

  /** The responses to a request, in order. */
  public List<String> on(SipMessage request) {
    return switch (request.method()) {
      case "INVITE" ->
          List.of(response(request, "180 Ringing", ""), response(request, "200 OK", ANSWER));
      case "ACK" -> List.of();
      default -> List.of(response(request, "200 OK", ""));
    };
  }

  private String response(SipMessage request, String status, String body) {
    String to = request.header("To");
    return "SIP/2.0 "
        + status
        + "\r\n"
        + request.lines("Via")
        + request.lines("Record-Route")
        + request.lines("From")
        + "To: "
        + (to.contains(";tag=") ? to : to + ";tag=t" + request.header("Call-ID"))
        + "\r\n"
        + request.lines("Call-ID")
        + request.lines("CSeq")
        + "Contact: <"
        + contact
        + ">\r\n"
        + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
