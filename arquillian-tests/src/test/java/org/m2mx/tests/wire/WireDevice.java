package org.m2mx.tests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A device that speaks plain SIP over one connection: enough to see what the server answers. */
public final class WireDevice {
  private final SipConnection connection;
  private final String user;
  private final String domain;
  private final String credentialsOf;
  private final String password;
  private final String registerCallId = UUID.randomUUID().toString();
  private int cseq;

  /**
   * @param connection the only way in and out
   */
  public WireDevice(SipConnection connection, String user, String domain, String password) {
    this(connection, user, domain, user, password);
  }

  /** One that calls itself by one name and proves another. */
  public WireDevice(
      SipConnection connection, String user, String domain, String credentialsOf, String password) {
    this.connection = connection;
    this.user = user;
    this.domain = domain;
    this.credentialsOf = credentialsOf;
    this.password = password;
  }

  /** The connection. */
  public SipConnection connection() {
    return connection;
  }

  /** Its name. */
  public String aor() {
    return "sip:" + user + "@" + domain;
  }

  /** Its contact: where it sits, which no one outside its home can reach. */
  public String contact() {
    // RFC 7118 section 5.2 has one name for WebSockets with and without TLS.
    String transport = connection.transport().replace("WSS", "WS").toLowerCase(Locale.ROOT);
    return "<sip:%s@%s;transport=%s>".formatted(user, connection.localHostPort(), transport);
  }

  /** What tells its end of a dialog that it is called into. */
  public String tag() {
    return "callee-" + connection.localHostPort().replaceAll("^.*:", "");
  }

  /** Registers its contact for an hour, with credentials. */
  public SipMessage register() throws IOException {
    return register("Contact: " + contact() + ";expires=3600\n");
  }

  /**
   * Sends a REGISTER, and again with credentials when it is challenged.
   *
   * @param headers whole lines
   */
  public SipMessage register(String headers) throws IOException {
    SipMessage challenge = sendRegister(headers);
    return challenge.status() == 401
        ? sendRegister(authorization(challenge, "REGISTER", "sip:" + domain) + headers)
        : challenge;
  }

  /** Sends a REGISTER without credentials. */
  public SipMessage challenge() throws IOException {
    return sendRegister("");
  }

  private SipMessage sendRegister(String headers) throws IOException {
    connection.send(
        """
        REGISTER sip:%s SIP/2.0
        Via: SIP/2.0/%s %s;branch=z9hG4bK%s;rport
        Max-Forwards: 70
        From: <%s>;tag=%s
        To: <%s>
        Call-ID: %s
        CSeq: %d REGISTER
        %sContent-Length: 0

        """
            .formatted(
                domain,
                connection.transport(),
                connection.localHostPort(),
                UUID.randomUUID(),
                aor(),
                "reg" + cseq,
                aor(),
                registerCallId,
                ++cseq,
                headers));
    return connection.finalResponse("REGISTER");
  }

  /**
   * Sends an initial request, again with credentials when it is challenged, and waits for the final
   * answer. A refused INVITE is acknowledged.
   */
  public SipMessage request(String method, String target) throws IOException {
    return request(method, target, "");
  }

  /**
   * As {@link #request(String, String)}.
   *
   * @param headers further whole lines
   */
  public SipMessage request(String method, String target, String headers) throws IOException {
    Call call = new Call(UUID.randomUUID().toString(), method, target);
    return call.begin(headers, "");
  }

  /** Sends a MESSAGE, with credentials when it is challenged, and waits for the final answer. */
  public SipMessage message(String target, String contentType, String body) throws IOException {
    Call call = new Call(UUID.randomUUID().toString(), "MESSAGE", target);
    return call.begin("Content-Type: " + contentType + "\n", body);
  }

  /** Begins an INVITE, with credentials, and does not wait. */
  public Call invite(String target) throws IOException {
    return invite(target, "");
  }

  /**
   * Begins an INVITE, with credentials, and does not wait.
   *
   * @param headers further whole lines
   */
  public Call invite(String target, String headers) throws IOException {
    Call call = new Call(UUID.randomUUID().toString(), "INVITE", target);
    call.send(headers);
    SipMessage challenge = connection.finalResponse("INVITE");
    call.acknowledge(challenge);
    if (challenge.status() != 407) {
      throw new IOException("not challenged but answered " + challenge);
    }
    call.send(authorization(challenge, "INVITE", target) + headers);
    return call;
  }

  /**
   * Answers a request.
   *
   * @param extra further header lines
   */
  public void answer(SipMessage request, String status, String extra) throws IOException {
    StringBuilder answer = new StringBuilder("SIP/2.0 " + status + "\n");
    request.all("Via").forEach(via -> answer.append("Via: ").append(via).append('\n'));
    request
        .all("Record-Route")
        .forEach(r -> answer.append("Record-Route: ").append(r).append('\n'));
    String to = request.header("To").orElseThrow();
    answer.append("From: ").append(request.header("From").orElseThrow()).append('\n');
    answer.append("To: ").append(to.contains(";tag=") ? to : to + ";tag=" + tag()).append('\n');
    answer.append("Call-ID: ").append(request.header("Call-ID").orElseThrow()).append('\n');
    answer.append("CSeq: ").append(request.header("CSeq").orElseThrow()).append('\n');
    answer.append(extra).append("Content-Length: 0\n\n");
    connection.send(answer.toString());
  }

  /**
   * Sends a request to who called, within the dialog that this device made with its answer.
   *
   * @param invite as it came here
   * @param sequence CSeq number in this direction, from 1
   * @param extra further header lines
   */
  public void toCaller(String method, SipMessage invite, int sequence, String extra)
      throws IOException {
    String caller = invite.header("Contact").orElseThrow().replaceAll("^.*<|>.*$", "");
    StringBuilder request = new StringBuilder(method + " " + caller + " SIP/2.0\n");
    request.append("Via: SIP/2.0/").append(connection.transport());
    request.append(' ').append(connection.localHostPort());
    request.append(";branch=z9hG4bK").append(UUID.randomUUID()).append(";rport\n");
    request.append("Max-Forwards: 70\n");
    invite.all("Record-Route").forEach(r -> request.append("Route: ").append(r).append('\n'));
    request.append("From: ").append(invite.header("To").orElseThrow());
    request.append(";tag=").append(tag()).append('\n');
    request.append("To: ").append(invite.header("From").orElseThrow()).append('\n');
    request.append("Call-ID: ").append(invite.header("Call-ID").orElseThrow()).append('\n');
    request.append("CSeq: ").append(sequence).append(' ').append(method).append('\n');
    connection.send(request.append(extra).append("Content-Length: 0\n\n").toString());
  }

  /** A header line with the answer to a challenge (RFC 7616, SHA-256). */
  public String authorization(SipMessage challenge, String method, String uri) {
    boolean proxy = challenge.status() == 407;
    String value =
        challenge.all(proxy ? "Proxy-Authenticate" : "WWW-Authenticate").stream()
            .filter(v -> v.contains("algorithm=SHA-256"))
            .findFirst()
            .orElseThrow();
    String nonce = parameter(value, "nonce");
    String realm = parameter(value, "realm");
    String ha1 = hash(credentialsOf + ":" + realm + ":" + password);
    String response = hash(ha1 + ":" + nonce + ":00000001:c0ffee:auth:" + hash(method + ":" + uri));
    return "%s: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=SHA-256, cnonce=\"c0ffee\", qop=auth, nc=00000001\n"
        .formatted(
            proxy ? "Proxy-Authorization" : "Authorization",
            credentialsOf,
            realm,
            nonce,
            uri,
            response);
  }

  private static String parameter(String challenge, String name) {
    Matcher matcher = Pattern.compile(name + "=\"([^\"]*)\"").matcher(challenge);
    if (!matcher.find()) {
      throw new AssertionError("no " + name + " in " + challenge);
    }
    return matcher.group(1);
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A request on its way, and the dialog that may come of it. */
  public final class Call {
    private final String callId;
    private final String method;
    private final String target;
    private final String tag = "t" + UUID.randomUUID().toString().substring(0, 8);
    private String branch;
    private int number;

    private Call(String callId, String method, String target) {
      this.callId = callId;
      this.method = method;
      this.target = target;
    }

    /** Its Call-ID. */
    public String callId() {
      return callId;
    }

    private SipMessage begin(String headers, String body) throws IOException {
      send(headers, body);
      SipMessage answer = finalAnswer();
      if (answer.status() == 407) {
        send(authorization(answer, method, target) + headers, body);
        answer = finalAnswer();
      }
      return answer;
    }

    private SipMessage finalAnswer() throws IOException {
      SipMessage answer = connection.finalResponse(method);
      if (method.equals("INVITE") && answer.status() >= 300) {
        acknowledge(answer);
      }
      return answer;
    }

    void send(String extra) throws IOException {
      send(extra, "");
    }

    private void send(String extra, String body) throws IOException {
      branch = "z9hG4bK" + UUID.randomUUID();
      number++;
      connection.send(
          lines(method, target, branch, number, "", "")
              + extra
              + "Contact: "
              + contact()
              + "\nContent-Length: "
              + body.length()
              + "\n\n"
              + body);
    }

    /** Takes the INVITE back. */
    public void cancel() throws IOException {
      connection.send(lines("CANCEL", target, branch, number, "", "") + "Content-Length: 0\n\n");
    }

    /** Acknowledges a refusal, which is part of the INVITE's own transaction. */
    public void acknowledge(SipMessage refusal) throws IOException {
      String to = ";tag=" + refusal.tag("To").orElseThrow();
      connection.send(lines("ACK", target, branch, number, to, "") + "Content-Length: 0\n\n");
    }

    /** Acknowledges a 200 along the route it came. */
    public void acknowledgeOk(SipMessage ok) throws IOException {
      acknowledgeOk(ok, number);
    }

    /**
     * Acknowledges a 200 along the route it came.
     *
     * @param headers further whole lines
     */
    public void acknowledgeOk(SipMessage ok, String headers) throws IOException {
      inDialog("ACK", ok, number, headers);
    }

    /** Acknowledges the 200 to an INVITE with this CSeq number. */
    public void acknowledgeOk(SipMessage ok, int sequence) throws IOException {
      inDialog("ACK", ok, sequence, "");
    }

    /** Sends a request within the dialog that a response made. */
    public void inDialog(String inDialogMethod, SipMessage ok) throws IOException {
      inDialog(inDialogMethod, ok, "");
    }

    /**
     * Sends a request within the dialog that a response made.
     *
     * @param headers further whole lines
     */
    public void inDialog(String inDialogMethod, SipMessage ok, String headers) throws IOException {
      inDialog(inDialogMethod, ok, ++number, headers);
    }

    private void inDialog(String inDialogMethod, SipMessage ok, int sequence, String headers)
        throws IOException {
      connection.send(textInDialog(inDialogMethod, ok, sequence, headers));
    }

    /** Sends a request within the dialog that a response made, with no hop left. */
    public void inDialogWithNoHopLeft(String inDialogMethod, SipMessage ok) throws IOException {
      connection.send(
          textInDialog(inDialogMethod, ok, ++number, "")
              .replace("Max-Forwards: 70", "Max-Forwards: 0"));
    }

    private String textInDialog(
        String inDialogMethod, SipMessage ok, int sequence, String headers) {
      String remoteTarget = ok.header("Contact").orElseThrow().replaceAll("^.*<|>.*$", "");
      StringBuilder routes = new StringBuilder();
      List<String> recorded = new ArrayList<>(ok.recordRoutes());
      Collections.reverse(recorded);
      recorded.forEach(route -> routes.append("Route: ").append(route).append('\n'));
      String to = ";tag=" + ok.tag("To").orElseThrow();
      return lines(
              inDialogMethod,
              remoteTarget,
              "z9hG4bK" + UUID.randomUUID(),
              sequence,
              to,
              routes.toString())
          + headers
          + "Content-Length: 0\n\n";
    }

    private String lines(
        String lineMethod,
        String uri,
        String viaBranch,
        int sequence,
        String toTag,
        String routes) {
      return """
      %s %s SIP/2.0
      Via: SIP/2.0/%s %s;branch=%s;rport
      Max-Forwards: 70
      %sFrom: <%s>;tag=%s
      To: <%s>%s
      Call-ID: %s
      CSeq: %d %s
      """
          .formatted(
              lineMethod,
              uri,
              connection.transport(),
              connection.localHostPort(),
              viaBranch,
              routes,
              aor(),
              tag,
              target,
              toTag,
              callId,
              sequence,
              lineMethod);
    }
  }
}
