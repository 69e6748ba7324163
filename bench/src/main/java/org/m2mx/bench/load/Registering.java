package org.m2mx.bench.load;

/** REGISTER, 401, REGISTER with digest, 200. */
public final class Registering implements Conversation {
  private final Device device;
  private final String callId;
  private final String via;
  private final String contact;
  private final int expires;
  private int cseq = 1;

  /**
   * @param device who registers
   * @param callId unique
   * @param via transport, host and port as the Via has them, such as {@code UDP 127.0.0.1:40000}
   * @param contact the contact URI
   * @param expires seconds
   */
  public Registering(Device device, String callId, String via, String contact, int expires) {
    this.device = device;
    this.callId = callId;
    this.via = via;
    this.contact = contact;
    this.expires = expires;
  }

  @Override
  public String callId() {
    return callId;
  }

  @Override
  public Step begin() {
    return Step.ask(request(""));
  }

  @Override
  public Step on(SipMessage response) {
    int status = response.status();
    if (status < 200 || !response.header("CSeq").startsWith(cseq + " ")) {
      return null;
    }
    if (status == 401 && cseq == 1) {
      return device
          .credentials(response, "REGISTER", "sip:" + device.domain())
          .map(
              credentials -> {
                cseq++;
                return Step.ask(request(credentials));
              })
          .orElseGet(() -> Step.failed("no SHA-256 offered"));
    }
    return status == 200 ? Step.done() : Step.failed(response.startLine());
  }

  private String request(String credentials) {
    return "REGISTER sip:"
        + device.domain()
        + " SIP/2.0\r\nVia: SIP/2.0/"
        + via
        + ";branch=z9hG4bK-"
        + callId
        + '-'
        + cseq
        + ";rport\r\nFrom: <"
        + device.aor()
        + ">;tag=f"
        + callId
        + "\r\nTo: <"
        + device.aor()
        + ">\r\nCall-ID: "
        + callId
        + "\r\nCSeq: "
        + cseq
        + " REGISTER\r\nContact: <"
        + contact
        + ">\r\n"
        + credentials
        + "Max-Forwards: 70\r\nExpires: "
        + expires
        + "\r\nUser-Agent: m2mx-bench\r\nContent-Length: 0\r\n\r\n";
  }
}
