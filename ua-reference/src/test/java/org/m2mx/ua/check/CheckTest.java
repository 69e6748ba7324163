package org.m2mx.ua.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.ua.Aor;
import org.m2mx.ua.CallHandler;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.check.Outcome.Verdict;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.TestServer;

/** The cases against a server and a device that do it right, and each against one that does not. */
@Timeout(120)
class CheckTest {
  /** What the test server, a stateless relay of one binding a user, does wrong by itself. */
  private static final Set<String> BEYOND_THE_TEST_SERVER =
      Set.of("retransmission", "fork", "proxy-require");

  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(20);

  private static Certificates.Identity authority;
  private static Certificates.Identity identity;

  @TempDir Path folder;
  private TestServer server;

  @BeforeAll
  static void issue() throws Exception {
    authority = Certificates.authority("test root");
    identity = Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1));
  }

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(identity, InetAddress.getByName("::1"));
    server.minExpires = 60;
    server.toAll = true;
    for (String user : new String[] {"alice", "video", "mallory"}) {
      server.users.put(user, "secret of " + user);
    }
    server.permissions.add("alice>video");
    server.permissions.add("video>alice");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private Account account(String user) throws Exception {
    return AccountFile.read(
        Accounts.write(folder, user, "secret of " + user, "[::1]:" + server.port(), authority));
  }

  private Device device(String user) throws Exception {
    return Device.open(folder.resolve(user + ".device"), Clock.systemUTC());
  }

  private Participants participants(Duration patience) throws Exception {
    return new Participants(
        account("alice"),
        device("alice"),
        new Charon(folder.resolve("no.vici")),
        Optional.of(account("video")),
        Optional.of(account("mallory")),
        Optional.of(account("video").aor()),
        Optional.of(new Crash("exit 0", Duration.ofSeconds(1))),
        Optional.of("touch " + dialled()),
        Optional.empty(),
        patience,
        LONG);
  }

  /** Where the command of --dial leaves word, on which the user agent calls. */
  private Path dialled() {
    return folder.resolve("dialled");
  }

  private static Map<String, Outcome> run(Check check, Participants participants) throws Exception {
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    check.run(participants, Clock.systemUTC(), outcome -> outcomes.put(outcome.id(), outcome));
    return outcomes;
  }

  private static void assertVerdict(Outcome outcome, Verdict verdict) {
    assertThat(outcome.verdict())
        .as(outcome.id() + ": " + outcome.why() + "\n" + String.join("\n", outcome.messages()))
        .isEqualTo(verdict);
  }

  @Test
  void aServerThatDoesItRightPasses() throws Exception {
    Check check = Check.ofServer();
    Set<String> ids = new TreeSet<>(check.ids());
    ids.removeAll(BEYOND_THE_TEST_SERVER);
    Map<String, Outcome> outcomes = run(check.only(ids), participants(LONG));
    assertThat(outcomes.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    outcomes.values().forEach(outcome -> assertVerdict(outcome, Verdict.PASS));
    assertThat(outcomes.values())
        .allMatch(outcome -> outcome.id().equals("keep-alive") || !outcome.messages().isEmpty());
  }

  @Test
  void showsTheMessagesButNoSecret() throws Exception {
    Outcome outcome =
        run(Check.ofServer().only(Set.of("register")), participants(LONG)).get("register");
    assertThat(outcome.messages()).hasSizeGreaterThanOrEqualTo(6);
    assertThat(outcome.messages().get(0)).startsWith("alice sends\nREGISTER sip:m2m-x.example");
    assertThat(String.join("\n", outcome.messages()))
        .contains("response=\"…\"")
        .doesNotContainPattern("response=\"[0-9a-f]")
        .doesNotContainPattern("cnonce=\"[0-9a-f]");
  }

  @Test
  void skipsWhatNeedsAnAccountThatIsNotGiven() throws Exception {
    Participants alone =
        new Participants(
            account("alice"),
            device("alice"),
            new Charon(folder.resolve("no.vici")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            LONG,
            LONG);
    Map<String, Outcome> outcomes =
        run(Check.ofServer().only(Set.of("call", "concealment")), alone);
    assertVerdict(outcomes.get("call"), Verdict.SKIP);
    assertThat(outcomes.get("concealment").why()).isEqualTo("needs --stranger");
  }

  @Test
  void knowsItsCases() {
    assertThatThrownBy(() -> Check.ofServer().only(Set.of("dance")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no case dance; there are [register, ");
    assertThat(Check.ofDevice().describe()).allMatch(known -> known.section().contains("RFC "));
  }

  @Test
  void goesOnAfterACaseThatMakesNothingOfWhatCame() throws Exception {
    CheckCase.Script puzzled =
        bench -> {
          bench.trace().add("alice", "receives", "SIP/2.0 odd");
          throw new IllegalArgumentException("odd");
        };
    Check check =
        new Check(
            List.of(
                new CheckCase("puzzled", "RFC 3261 7", "it can be read", puzzled),
                new CheckCase("next", "RFC 3261 7", "it comes", bench -> {})));
    Map<String, Outcome> outcomes = run(check, participants(SHORT));
    assertVerdict(outcomes.get("puzzled"), Verdict.FAIL);
    assertThat(outcomes.get("puzzled").why()).contains("odd");
    assertThat(outcomes.get("puzzled").messages()).containsExactly("alice receives\nSIP/2.0 odd");
    assertVerdict(outcomes.get("next"), Verdict.PASS);
  }

  /** What a server does wrong so that a case fails. */
  private record Fault(String id, Consumer<TestServer> set) {
    @Override
    public String toString() {
      return id;
    }
  }

  private static Fault says(String id, UnaryOperator<String> wrong) {
    return new Fault(id, server -> server.outgoing = wrong);
  }

  /** Lists a contact again that was taken back. */
  private static UnaryOperator<String> forgetsNothing() {
    AtomicReference<String> contact = new AtomicReference<>();
    return text -> {
      text.lines().filter(line -> line.startsWith("Contact: <")).forEach(contact::set);
      return text.startsWith("SIP/2.0 200") && !text.contains("Contact: ")
          ? text.replace("Content-Length:", contact.get() + "\r\nContent-Length:")
          : text;
    };
  }

  static Stream<Fault> serverFaults() {
    return Stream.of(
        says(
            "register",
            text -> text.replaceFirst("Contact: <sip:alice@[^;]*", "Contact: <sip:a@b")),
        new Fault("digest-sha-256", server -> server.algorithm = "MD5"),
        says("wrong-password", text -> text.replace("401 Unauthorized", "200 OK")),
        says(
            "unknown-user-alike",
            text ->
                text.contains("CSeq: 2") && text.contains("sip:nobody")
                    ? text.replace("401 Unauthorized", "404 Not Found")
                    : text),
        says(
            "nonce-replay",
            text -> text.contains("CSeq: 3") ? text.replace("401 Unauthorized", "200 OK") : text),
        says(
            "refresh",
            text ->
                text.contains("CSeq: 3")
                    ? text.replaceFirst("(Contact: [^\r]*\r\n)", "$1$1")
                    : text),
        says(
            "query",
            text -> text.contains("CSeq: 3") ? text.replaceFirst("Contact: [^\r]*\r\n", "") : text),
        says("removal", forgetsNothing()),
        says("removal-of-all", forgetsNothing()),
        says("wildcard-needs-zero", text -> text.replaceFirst("^SIP/2.0 400", "SIP/2.0 200")),
        says("interval-too-brief", text -> text.replaceFirst("Min-Expires: [^\r]*\r\n", "")),
        new Fault("keep-alive", server -> server.pongs = false),
        says(
            "invite-unauthenticated",
            text -> text.replaceFirst("^SIP/2.0 407 [^\r]*", "SIP/2.0 403 Forbidden")),
        says(
            "from-of-another",
            text -> text.replaceFirst("^SIP/2.0 (407|403) [^\r]*", "SIP/2.0 200 OK")),
        says(
            "concealment",
            text ->
                text.contains("To: <sip:nobody")
                    ? text.replaceFirst("Content-Length:", "Server: other\r\nContent-Length:")
                    : text),
        says("offline", text -> text.replaceFirst("^SIP/2.0 480 [^\r]*", "SIP/2.0 404 Not Found")),
        new Fault("call", server -> server.tamper = body -> body.replace("active", "passive")),
        says("cancel", text -> text.replaceFirst("^SIP/2.0 487 [^\r]*", "SIP/2.0 500 Oops")),
        says(
            "cancel-race",
            text ->
                text.contains(" INVITE\r\n")
                    ? text.replaceFirst("^SIP/2.0 200 [^\r]*", "SIP/2.0 487 Request Terminated")
                    : text),
        says("refusal", text -> text.replaceFirst("^SIP/2.0 486 [^\r]*", "SIP/2.0 480 Away")),
        new Fault("retransmission", server -> {}),
        new Fault("fork", server -> {}),
        new Fault("proxy-require", server -> {}));
  }

  @Test
  void eachCaseOfAServerIsSeenToFail() {
    assertThat(serverFaults().map(Fault::id))
        .containsExactlyInAnyOrderElementsOf(Check.ofServer().ids());
  }

  @ParameterizedTest
  @MethodSource("serverFaults")
  void aServerThatDoesItWrongFails(Fault fault) throws Exception {
    fault.set().accept(server);
    Outcome outcome =
        run(Check.ofServer().only(Set.of(fault.id())), participants(SHORT)).get(fault.id());
    assertVerdict(outcome, Verdict.FAIL);
    assertThat(outcome.why()).isNotEmpty();
  }

  private Map<String, Outcome> runAgainst(CallHandler handler, Check check, Duration patience)
      throws Exception {
    try (UserAgent tested = new UserAgent(account("video"), device("video"))) {
      tested.onCall(handler);
      tested.register();
      AtomicBoolean over = new AtomicBoolean();
      Thread dialling = new Thread(() -> callWhenDialled(tested, over), "dialling");
      dialling.setDaemon(true);
      dialling.start();
      try {
        return run(check, participants(patience));
      } finally {
        over.set(true);
        dialling.interrupt();
        dialling.join();
      }
    }
  }

  /** An interrupt may find the thread in a call, which ends by it. */
  private void callWhenDialled(UserAgent tested, AtomicBoolean over) {
    try {
      while (!over.get()) {
        if (Files.deleteIfExists(dialled())) {
          callAlice(tested);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void callAlice(UserAgent tested) throws InterruptedException {
    try (Session session = tested.call(Aor.parse("sip:alice@m2m-x.example"), LONG)) {
      session.channel().output().write(1);
      session.ended().completeOnTimeout(null, 20, TimeUnit.SECONDS).get();
    } catch (UserAgentException | IOException | ExecutionException e) {
      // The check is about what it does then.
    }
  }

  private static final CallHandler ECHO =
      call -> {
        try (Session session = call.accept()) {
          session.channel().input().transferTo(session.channel().output());
          session.channel().endOutput();
          session.ended().completeOnTimeout(null, 20, TimeUnit.SECONDS).join();
        } catch (IOException e) {
          // The check broke off, as it means to.
        }
      };

  /** Rings until the user agent is closed. */
  private static final CallHandler RINGS =
      call -> {
        TimeUnit.MINUTES.sleep(2);
        call.decline();
      };

  @Test
  void theReferenceUserAgentPasses() throws Exception {
    Map<String, Outcome> outcomes = runAgainst(ECHO, Check.ofDevice(), LONG);
    assertThat(outcomes.keySet()).containsExactlyElementsOf(Check.ofDevice().ids());
    // It may have answered before the CANCEL comes.
    outcomes.remove("cancel");
    assertThat(outcomes.remove("lease-lapse").why()).contains("no firewall");
    assertVerdict(outcomes.get("tunnel"), Verdict.SKIP);
    assertThat(outcomes.remove("tunnel").why())
        .startsWith("no tunnel can be had from this machine: there is no IKE daemon at ");
    for (CheckCase registering : RegisteringCases.all()) {
      assertThat(outcomes.remove(registering.id()).why()).isEqualTo("needs --start");
    }
    outcomes.values().forEach(outcome -> assertVerdict(outcome, Verdict.PASS));
    assertVerdict(
        runAgainst(RINGS, Check.ofDevice().only(Set.of("cancel")), LONG).get("cancel"),
        Verdict.PASS);
  }

  private static UnaryOperator<String> inAnswer(String regex, String replacement) {
    return body -> body.contains("a=setup:passive") ? body.replaceAll(regex, replacement) : body;
  }

  private static Fault tampers(String id, UnaryOperator<String> wrong) {
    return new Fault(id, server -> server.tamper = wrong);
  }

  static Stream<Fault> deviceFaults() {
    return Stream.of(
        says("options", text -> text.replaceAll("(?m)^(Allow: [^\r]*)BYE", "$1HELLO")),
        tampers("answer", inAnswer("a=fingerprint[^\r]*\r\n", "")),
        tampers("actpass-answered-passive", inAnswer("setup:passive", "setup:active")),
        tampers("data", inAnswer("(?<=fingerprint:SHA-256 )[0-9A-F]{2}:[0-9A-F]{2}", "00:00")),
        tampers(
            "other-lines-refused",
            body -> body.contains("setup:passive") ? body.replace("m=audio 0", "m=audio 9") : body),
        says("no-common-protocol", text -> text.replaceFirst("^SIP/2.0 488", "SIP/2.0 486")),
        says("wildcard-address", text -> text.replaceFirst("^SIP/2.0 488", "SIP/2.0 486")),
        says("weak-fingerprint", text -> text.replaceFirst("^SIP/2.0 488", "SIP/2.0 486")),
        says("no-offer", text -> text.replaceFirst("^SIP/2.0 488", "SIP/2.0 200")),
        says("require", text -> text.replaceFirst("Unsupported: [^\r]*\r\n", "")),
        says("unknown-method", text -> text.replaceFirst("^SIP/2.0 405", "SIP/2.0 200")),
        says("reinvite", offersSomethingElseTheSecondTime()),
        tampers("calls", body -> body.replace("setup:actpass", "setup:holdconn")),
        says("ok-repeated", answersOnce()),
        says("calls-forked", answersOnce()),
        tampers("one-line-kept", inAnswer("m=application 0", "m=application 9")),
        tampers("packets", inAnswer("(?<=fingerprint:SHA-256 )[0-9A-F]{2}:[0-9A-F]{2}", "00:00")),
        says("tunnel-certificate", text -> text.replaceFirst("^SIP/2.0 488", "SIP/2.0 486")));
  }

  private static UnaryOperator<String> answersOnce() {
    AtomicInteger answers = new AtomicInteger();
    return text ->
        text.startsWith("SIP/2.0 200 ")
                && text.contains(" INVITE\r\n")
                && answers.incrementAndGet() > 1
            ? text.replaceFirst("^SIP/2.0 200 ", "SIP/2.0 180 ")
            : text;
  }

  /** So that the device does what one would do that takes a repeated offer for a new one. */
  private static UnaryOperator<String> offersSomethingElseTheSecondTime() {
    AtomicInteger invites = new AtomicInteger();
    return text ->
        text.startsWith("INVITE ") && invites.incrementAndGet() > 1
            ? text.replaceFirst("(?m)^(o=\\S+ \\d+) 1 ", "$1 2 ")
            : text;
  }

  @ParameterizedTest
  @MethodSource("deviceFaults")
  void aDeviceThatDoesItWrongFails(Fault fault) throws Exception {
    fault.set().accept(server);
    Outcome outcome =
        runAgainst(ECHO, Check.ofDevice().only(Set.of(fault.id())), SHORT).get(fault.id());
    assertVerdict(outcome, Verdict.FAIL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fingerprint-mismatch", "packets-mismatch", "calls-mismatch"})
  void aDeviceThatTakesAnyCertificateFails(String id) throws Exception {
    Fingerprint own = device("alice").fingerprint();
    String told = id.equals("calls-mismatch") ? "setup:passive" : "setup:actpass";
    server.tamper =
        body ->
            body.contains(told)
                ? body.replaceFirst("fingerprint:SHA-256 [^\r]*", "fingerprint:" + own)
                : body;
    assertVerdict(runAgainst(ECHO, Check.ofDevice().only(Set.of(id)), SHORT).get(id), Verdict.FAIL);
  }

  @Test
  void aDeviceThatDoesNotEndACancelledCallFails() throws Exception {
    server.outgoing = text -> text.replaceFirst("^SIP/2.0 487", "SIP/2.0 486");
    assertVerdict(
        runAgainst(RINGS, Check.ofDevice().only(Set.of("cancel")), LONG).get("cancel"),
        Verdict.FAIL);
  }

  /** Echoes by TLS to whoever comes, with a certificate or without, before and after BYE. */
  @Test
  void aDeviceWhoseDoorStandsOpenFails() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "open", identity.key(), new char[0], new Certificate[] {identity.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    try (SSLServerSocket door =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getByName("::1"))) {
      Thread porter = new Thread(() -> letIn(door));
      porter.setDaemon(true);
      porter.start();
      server.tamper =
          body ->
              body.contains("setup:passive")
                  ? body.replaceFirst("m=application \\d+", "m=application " + door.getLocalPort())
                      .replaceFirst(
                          "fingerprint:[^\r]*",
                          "fingerprint:" + Fingerprint.of(identity.certificate()))
                  : body;
      Set<String> cases = Set.of("no-certificate", "one-connection", "closed-after-bye");
      runAgainst(ECHO, Check.ofDevice().only(cases), LONG)
          .values()
          .forEach(outcome -> assertVerdict(outcome, Verdict.FAIL));
    }
  }

  private static void letIn(SSLServerSocket door) {
    try {
      while (true) {
        SSLSocket socket = (SSLSocket) door.accept();
        Thread echo =
            new Thread(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // It has gone.
                  }
                });
        echo.setDaemon(true);
        echo.start();
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  @Test
  void eachCaseOfADeviceIsSeenToFail() {
    List<String> elsewhere =
        List.of(
            "fingerprint-mismatch",
            "packets-mismatch",
            "calls-mismatch",
            "cancel",
            "no-certificate",
            "one-connection",
            "closed-after-bye",
            // These need a firewall: HomesIT.
            "tunnel",
            "lease-lapse");
    Stream<String> registering = RegisteringTest.faults().map(RegisteringTest.Fault::id).distinct();
    assertThat(
            Stream.of(deviceFaults().map(Fault::id), elsewhere.stream(), registering)
                .flatMap(Function.identity()))
        .containsExactlyInAnyOrderElementsOf(Check.ofDevice().ids());
  }

  @Test
  void reportsInTheXmlOfJUnit() throws Exception {
    Outcome bad =
        new Outcome(
            "data",
            "RFC 8122 6",
            "a < b",
            Verdict.FAIL,
            "\"no\" & none",
            List.of("x\u0000y"),
            SHORT);
    Outcome skipped =
        new Outcome("cancel", "RFC 3261 9.2", "t", Verdict.SKIP, "why", List.of(), SHORT);
    String report = JUnitReport.text("check", List.of(bad, skipped));
    SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(CheckTest.class.getResource("junit.xsd"))
        .newValidator()
        .validate(new StreamSource(new StringReader(report)));
    assertThat(report)
        .contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"4.000\"")
        .contains("<failure message=\"&quot;no&quot; &amp; none\"")
        .contains("name=\"data (RFC 8122 6) a &lt; b\"")
        .contains("<system-out>x?y</system-out>")
        .contains("<skipped message=\"why\"");
  }
}
