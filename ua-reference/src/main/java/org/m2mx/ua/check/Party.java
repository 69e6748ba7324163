package org.m2mx.ua.check;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.ua.Aor;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.digest.DigestChallenge;
import org.m2mx.ua.digest.DigestClient;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.signalling.RawFlow;

/** One account on one connection of its own, that says what a case has it say. */
final class Party implements AutoCloseable {
  private static final Pattern DIGEST_PARAMETER =
      Pattern.compile("([A-Za-z-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^,\\s]+))");
  private static final Duration SOON = Duration.ofMillis(500);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Account account;
  private final RawFlow flow;
  private final Trace trace;
  private final Duration patience;
  private final DigestClient digest;
  private final Deque<SipText> waiting = new ArrayDeque<>();
  private final String registration = token();
  private final UUID instance = UUID.randomUUID();

  /** Two devices that answer one forked INVITE are told apart by it (RFC 3261 section 19.3). */
  private final String tag = token();

  private long sequence;

  Party(Account account, RawFlow flow, Trace trace, Duration patience) {
    this.account = account;
    this.flow = flow;
    this.trace = trace;
    this.patience = patience;
    this.digest = new DigestClient(account.aor().user(), account.password());
  }

  static String token() {
    byte[] bytes = new byte[10];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  Aor aor() {
    return account.aor();
  }

  RawFlow flow() {
    return flow;
  }

  /** Returns where this connection is reached, and nothing else is. */
  String contact() {
    return "sip:" + aor().user() + "@" + IpText.of(flow.local()) + ";transport=tls";
  }

  /** A request that is put together, and can be sent several times. */
  final class Draft {
    private final String method;
    private final String uri;
    private final List<String> headers = new ArrayList<>();
    private String from = "<" + aor() + ">;tag=" + token();
    private String to;
    private String callId = token();
    private String branch;
    private long number;
    private String body = "";
    private String authorization = "";

    Draft(String method, String uri, String to) {
      this.method = method;
      this.uri = uri;
      this.to = to;
      renew();
    }

    /** Makes it another request: a new branch, the next number. */
    Draft renew() {
      branch = "z9hG4bK" + token();
      number = ++sequence;
      return this;
    }

    /** Takes the branch and the number of another: for CANCEL. */
    Draft of(Draft other) {
      branch = other.branch;
      number = other.number;
      callId = other.callId;
      from = other.from;
      return this;
    }

    /** Takes the number of the INVITE: for its ACK. */
    Draft numbered(Draft invite) {
      number = invite.number;
      return this;
    }

    Draft numbered(long wanted) {
      number = wanted;
      return this;
    }

    Draft from(String value) {
      from = value;
      return this;
    }

    Draft callId(String value) {
      callId = value;
      return this;
    }

    Draft with(String header) {
      headers.add(header);
      return this;
    }

    Draft without(String name) {
      headers.removeIf(header -> header.startsWith(name + ":"));
      return this;
    }

    Draft sdp(String description) {
      body = description;
      return with("Content-Type: application/sdp");
    }

    /** Puts credentials on it, of the challenge that was answered last. */
    Draft authorize(String name) {
      authorization =
          digest
              .credentials(method, uri)
              .map(credentials -> name + ": " + credentials.headerValue() + "\r\n")
              .orElse("");
      return this;
    }

    String callId() {
      return callId;
    }

    String branch() {
      return branch;
    }

    String text() {
      StringBuilder text = new StringBuilder();
      text.append(method).append(' ').append(uri).append(" SIP/2.0\r\n");
      text.append("Via: SIP/2.0/TLS ")
          .append(IpText.of(flow.local()))
          .append(";branch=")
          .append(branch)
          .append(";rport\r\n");
      if (headers.stream().noneMatch(header -> header.startsWith("Max-Forwards:"))) {
        text.append("Max-Forwards: 70\r\n");
      }
      text.append("From: ").append(from).append("\r\nTo: ").append(to);
      text.append("\r\nCall-ID: ").append(callId);
      text.append("\r\nCSeq: ").append(number).append(' ').append(method).append("\r\n");
      headers.forEach(header -> text.append(header).append("\r\n"));
      text.append(authorization);
      text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      return text.toString();
    }
  }

  Draft request(String method, String uri) {
    return new Draft(method, uri, "<" + uri + ">");
  }

  /** A REGISTER of this connection's contact, all in one Call-ID. */
  Draft register(int expires) {
    return query()
        .with("Contact: <" + contact() + ">;+sip.instance=\"<urn:uuid:" + instance + ">\";reg-id=1")
        .with("Expires: " + expires);
  }

  /** A REGISTER that changes nothing. */
  Draft query() {
    return new Draft("REGISTER", "sip:" + aor().domain(), "<" + aor() + ">")
        .callId(registration)
        .with("Supported: path, outbound");
  }

  Draft invite(Aor callee, String sdp) {
    return request("INVITE", callee.toString()).with("Contact: <" + contact() + ";ob>").sdp(sdp);
  }

  void send(Draft draft) throws IOException {
    send(draft.text());
  }

  void send(String message) throws IOException {
    trace.add(aor().user(), "sends", message);
    flow.send(message);
  }

  /** Waits for a message; others that come meanwhile are kept for later. */
  SipText await(String what, Predicate<SipText> wanted) throws CheckFailure, InterruptedException {
    for (Iterator<SipText> kept = waiting.iterator(); kept.hasNext(); ) {
      SipText message = kept.next();
      if (wanted.test(message)) {
        kept.remove();
        return message;
      }
    }
    long deadline = System.nanoTime() + patience.toNanos();
    for (long left = patience.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      var text = flow.receive(Duration.ofNanos(left));
      if (text.isPresent()) {
        trace.add(aor().user(), "receives", text.get());
        SipText message = SipText.parse(text.get());
        if (wanted.test(message)) {
          return message;
        }
        waiting.add(message);
      }
    }
    throw new CheckFailure(
        "no " + what + " came to " + aor() + " within " + patience.toMillis() / 1000.0 + " s");
  }

  /** Says whether such a message comes within a while. */
  boolean comes(Duration limit, Predicate<SipText> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos();
        left > 0 && waiting.stream().noneMatch(wanted);
        left = deadline - System.nanoTime()) {
      var text = flow.receive(Duration.ofNanos(left));
      if (text.isPresent()) {
        trace.add(aor().user(), "receives", text.get());
        waiting.add(SipText.parse(text.get()));
      }
    }
    return waiting.stream().anyMatch(wanted);
  }

  SipText awaitRequest(String method) throws CheckFailure, InterruptedException {
    return await(method, message -> !message.isResponse() && message.method().equals(method));
  }

  /** Waits for a final response, and acknowledges it if it refuses an INVITE. */
  SipText awaitFinal(Draft draft) throws CheckFailure, IOException, InterruptedException {
    SipText response =
        await(
            "final response to " + draft.method,
            message ->
                message.status() >= 200
                    && message.branch().equals(draft.branch)
                    && message.method().equals(draft.method));
    if (draft.method.equals("INVITE") && response.status() >= 300) {
      send(acknowledgement(draft, response));
    }
    return response;
  }

  /** The ACK of a refusal goes the way of the INVITE (RFC 3261 section 17.1.1.3). */
  private Draft acknowledgement(Draft invite, SipText refusal) {
    Draft ack = new Draft("ACK", invite.uri, refusal.header("to")).of(invite);
    invite.headers.stream().filter(header -> header.startsWith("Route:")).forEach(ack::with);
    return ack;
  }

  SipText awaitProvisional(Draft draft, int status) throws CheckFailure, InterruptedException {
    return await(
        status + " to " + draft.method,
        message -> message.status() == status && message.branch().equals(draft.branch));
  }

  SipText exchange(Draft draft) throws CheckFailure, IOException, InterruptedException {
    send(draft);
    return awaitFinal(draft);
  }

  /** Sends, answers a challenge if one comes, and returns what comes then. */
  SipText authorized(Draft draft) throws CheckFailure, IOException, InterruptedException {
    SipText response = exchange(draft);
    if (answerChallenge(draft, response)) {
      return exchange(draft);
    }
    return response;
  }

  /**
   * Sends an INVITE, answers a challenge if one comes, and does not wait for more: a proxy answers
   * at once, if only by 100.
   */
  void inviteAuthorized(Draft invite) throws CheckFailure, IOException, InterruptedException {
    send(invite);
    SipText first =
        await(
            "answer to INVITE",
            message -> message.isResponse() && message.branch().equals(invite.branch));
    if (first.isChallenge()) {
      send(acknowledgement(invite, first));
      sendAgain(invite, first);
    } else {
      waiting.addFirst(first);
    }
  }

  /**
   * Sends a request within a dialog to the other party, answers the challenges that come before it
   * is there, and returns it as it has come.
   */
  SipText deliver(Draft draft, Party peer) throws CheckFailure, IOException, InterruptedException {
    send(draft);
    Predicate<SipText> there =
        message -> !message.isResponse() && message.method().equals(draft.method);
    Predicate<SipText> challenge =
        message -> message.isChallenge() && message.branch().equals(draft.branch);
    long begun = System.nanoTime();
    while (!peer.comes(SOON, there) && System.nanoTime() - begun < patience.toNanos()) {
      if (comes(SOON, challenge)) {
        sendAgain(draft, await("challenge", challenge));
      }
    }
    return peer.awaitRequest(draft.method);
  }

  private void sendAgain(Draft draft, SipText challenge) throws CheckFailure, IOException {
    if (!answerChallenge(draft, challenge)) {
      throw new CheckFailure("the challenge cannot be answered: " + challenge.startLine());
    }
    send(draft);
  }

  /** Puts the answer to a challenge on a request that is to be sent again. */
  boolean answerChallenge(Draft draft, SipText response) {
    if (!response.isChallenge() || digest.challenged(challenges(response)).isEmpty()) {
      return false;
    }
    draft.renew().authorize(response.status() == 407 ? "Proxy-Authorization" : "Authorization");
    return true;
  }

  static List<DigestChallenge> challenges(SipText response) {
    List<DigestChallenge> challenges = new ArrayList<>();
    for (String value :
        response.all(response.status() == 407 ? "proxy-authenticate" : "www-authenticate")) {
      Map<String, String> parameters = digestParameters(value);
      if (parameters.containsKey("realm") && parameters.containsKey("nonce")) {
        challenges.add(
            new DigestChallenge(
                parameters.get("realm"),
                parameters.get("nonce"),
                parameters.get("opaque"),
                parameters.get("algorithm"),
                Set.of(parameters.getOrDefault("qop", "").split("\\s*,\\s*")),
                "true".equalsIgnoreCase(parameters.get("stale"))));
      }
    }
    return challenges;
  }

  /** Reads a challenge, or credentials; names in lower case. */
  static Map<String, String> digestParameters(String value) {
    Map<String, String> parameters = new TreeMap<>();
    Matcher matcher = DIGEST_PARAMETER.matcher(value);
    while (matcher.find()) {
      parameters.put(
          matcher.group(1).toLowerCase(Locale.ROOT),
          matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
    }
    return parameters;
  }

  /** Answers a request. */
  void answer(SipText request, int status, String reason, String sdp) throws IOException {
    StringBuilder text = new StringBuilder("SIP/2.0 " + status + " " + reason + "\r\n");
    request.all("via").forEach(via -> text.append("Via: ").append(via).append("\r\n"));
    request
        .all("record-route")
        .forEach(route -> text.append("Record-Route: ").append(route).append("\r\n"));
    String toTag = request.toTag().isEmpty() ? ";tag=" + tag : "";
    text.append("From: ").append(request.header("from"));
    text.append("\r\nTo: ").append(request.header("to")).append(toTag);
    text.append("\r\nCall-ID: ").append(request.header("call-id"));
    text.append("\r\nCSeq: ").append(request.header("cseq"));
    text.append("\r\nContact: <").append(contact()).append(";ob>\r\n");
    if (!sdp.isEmpty()) {
      text.append("Content-Type: application/sdp\r\n");
    }
    text.append("Content-Length: ").append(sdp.length()).append("\r\n\r\n").append(sdp);
    send(text.toString());
  }

  /** A request within the dialog that a 200 to an INVITE has made. */
  Draft within(Draft invite, SipText ok, String method) throws CheckFailure {
    String target =
        ok.contact().orElseThrow(() -> new CheckFailure("the 200 to INVITE has no Contact"));
    Draft draft =
        new Draft(method, target, ok.header("to")).callId(invite.callId).from(invite.from);
    List<String> routes = new ArrayList<>(ok.all("record-route"));
    Collections.reverse(routes);
    routes.forEach(route -> draft.with("Route: " + route));
    if (method.equals("ACK")) {
      draft.numbered(invite);
    }
    return draft.authorize("Proxy-Authorization");
  }

  /** A request within the dialog that an INVITE to this party has made, which it has accepted. */
  Draft within(SipText invite, String method) throws CheckFailure {
    String target =
        invite.contact().orElseThrow(() -> new CheckFailure("the INVITE has no Contact"));
    Draft draft =
        new Draft(method, target, invite.header("from"))
            .callId(invite.header("call-id"))
            .from(invite.header("to") + ";tag=" + tag);
    invite.all("record-route").forEach(route -> draft.with("Route: " + route));
    return draft;
  }

  @Override
  public void close() {
    flow.close();
  }
}
