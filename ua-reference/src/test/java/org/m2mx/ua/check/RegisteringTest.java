package org.m2mx.ua.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.account.ServerAddress;
import org.m2mx.ua.check.Outcome.Verdict;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.signalling.RawFlow;
import org.m2mx.ua.testserver.Certificates;

/**
 * The cases of a device that registers: against one that does it right, and each against another.
 */
@Timeout(180)
class RegisteringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** Of the cases in which the device has to be in time. */
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(12);

  private static final Set<String> IN_TIME = Set.of("registers-refresh", "registers-keep-alive");

  private static final Duration RECOVERY = Duration.ofSeconds(7);

  @TempDir static Path folder;

  private static final List<Boolean> answeredPings = new CopyOnWriteArrayList<>();

  private static List<Outcome> right;
  private static Outcome pinging;
  private static Map<Fault, Outcome> wrong;

  /** What the command of --start starts, here within this process. */
  private interface Started {
    /** Runs until it is interrupted. */
    void run(Account account, Path folder)
        throws CheckFailure,
            UserAgentException,
            IOException,
            InterruptedException,
            GeneralSecurityException;
  }

  /** What a device does that has registered. */
  private interface Then {
    void go(Party device, RawFlow flow) throws CheckFailure, IOException, InterruptedException;
  }

  private static final Then NOTHING = (device, flow) -> TimeUnit.MINUTES.sleep(5);

  /** What a device does wrong so that a case fails, and what is then said. */
  record Fault(String id, Started device, String said) {}

  private static Fault says(String id, UnaryOperator<String> wrong, String said) {
    return new Fault(id, (account, place) -> runCareless(account, wrong, NOTHING), said);
  }

  private static Fault goesOn(String id, Then then, String said) {
    return new Fault(
        id, (account, place) -> runCareless(account, UnaryOperator.identity(), then), said);
  }

  static Stream<Fault> faults() {
    UnaryOperator<String> asItIs = UnaryOperator.identity();
    return Stream.of(
        says(
            "registers",
            text -> text.replaceFirst("^REGISTER sip:", "REGISTER sip:video@"),
            "the Request-URI is sip:video@m2m-x.example"),
        says(
            "registers",
            text -> text.replaceFirst("^REGISTER sip:[^ ]* ", "REGISTER "),
            "\"REGISTER SIP/2.0\" is no line that a request begins with"),
        says(
            "registers",
            text -> text.replaceFirst("CSeq: ", "CSeq: first "),
            "cseq is malformed: first 1 REGISTER"),
        says(
            "registers",
            text -> text.replaceFirst("To: <sip:", "To: \"sip:video@m2m-x.example\" <sip:not"),
            "to is sip:notvideo@m2m-x.example, not sip:video@m2m-x.example"),
        says(
            "registers-digest",
            text -> text.replace("nc=00000001", "nc=00000002"),
            "nc is 00000002, not 00000001"),
        says(
            "registers-digest",
            text -> text.replaceFirst("CSeq: 2", "CSeq: 20"),
            "CSeq goes from 1 to 20, not up by one"),
        says("registers-outbound", text -> text.replace(";reg-id=1", ""), "contact has no reg-id"),
        says("registers-refresh", asItIs, "no refresh within the 16 s"),
        goesOn(
            "registers-refresh",
            (device, flow) -> {
              device.send(device.register(0));
              NOTHING.go(device, flow);
            },
            // The REGISTER has a Call-ID of its party's, and the next number.
            "the device takes its binding back"),
        says("registers-stale", asItIs, "no REGISTER came"),
        says("registers-too-brief", asItIs, "asks for 600 s, where Min-Expires is 7000"),
        says("registers-keep-alive", asItIs, "no double CRLF came within the 16 s of Flow-Timer"),
        goesOn(
            "registers-keep-alive",
            (device, flow) -> {
              while (true) {
                flow.send("\r\n");
                TimeUnit.SECONDS.sleep(7);
              }
            },
            "no double CRLF came within the 16 s of Flow-Timer"),
        says("registers-anew", asItIs, "the device did not connect to "),
        says("registers-trust", asItIs, "registers with a server that its trust anchor does not"),
        new Fault(
            "registers-trust",
            (account, place) -> {
              try (SSLSocket socket = connect(account)) {
                socket.getInputStream().readAllBytes();
              }
            },
            "the device keeps a connection to a server that its trust anchor does not vouch for"),
        new Fault(
            "registers-trust",
            (account, place) -> {
              try (Socket socket = new Socket(account.server().host(), account.server().port())) {
                socket.getInputStream().readAllBytes();
              }
            },
            "the device neither went on with the TLS handshake nor ended it within 8 s"));
  }

  private static Outcome run(String id, Started device, Duration patience) throws Exception {
    Path place = Files.createTempDirectory(folder, id);
    Path started = place.resolve("account.json");
    Account own =
        new Account(
            Aor.parse("sip:alice@m2m-x.example"),
            "secret",
            new ServerAddress("::1", 5061),
            List.of(Certificates.authority("nobody").certificate()));
    Participants participants =
        new Participants(
            own,
            Device.open(place.resolve("alice.device"), Clock.systemUTC()),
            new Charon(place.resolve("no.vici")),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Aor.parse("sip:video@m2m-x.example")),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                "cp \"$M2MX_ACCOUNT\" %1$s.part && mv %1$s.part %1$s && exec sleep 600"
                    .formatted(started)),
            patience,
            RECOVERY);
    Thread running = new Thread(() -> runWhenStarted(device, started), "device of " + id);
    running.start();
    try {
      List<Outcome> outcomes = new ArrayList<>();
      Check.ofDevice().only(Set.of(id)).run(participants, Clock.systemUTC(), outcomes::add);
      return outcomes.get(0);
    } finally {
      running.interrupt();
      running.join();
    }
  }

  private static void runWhenStarted(Started device, Path started) {
    try {
      while (!Files.exists(started)) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      device.run(AccountFile.read(started), started.getParent());
    } catch (CheckFailure | UserAgentException | IOException | InterruptedException e) {
      // The check is about what the device says on the wire.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<Outcome> begin(String id, Started device, Duration patience) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(id, device, patience);
          } catch (Exception e) {
            throw new IllegalStateException(id, e);
          }
        },
        task -> new Thread(task, id).start());
  }

  /** All at the same time, since most wait. */
  @BeforeAll
  static void runAll() {
    List<CompletableFuture<Outcome>> rights =
        ids().stream()
            .map(
                id ->
                    begin(
                        id,
                        RegisteringTest::runReference,
                        IN_TIME.contains(id) ? LONG_PATIENCE : PATIENCE))
            .toList();
    CompletableFuture<Outcome> pings =
        begin("registers-keep-alive", RegisteringTest::runPinging, PATIENCE);
    Map<Fault, CompletableFuture<Outcome>> wrongs =
        faults()
            .collect(
                Collectors.toMap(
                    Function.identity(), fault -> begin(fault.id(), fault.device(), PATIENCE)));
    right = rights.stream().map(CompletableFuture::join).toList();
    pinging = pings.join();
    wrong =
        wrongs.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().join()));
  }

  private static List<String> ids() {
    return RegisteringCases.all().stream().map(CheckCase::id).toList();
  }

  private static void runReference(Account account, Path folder)
      throws UserAgentException, InterruptedException {
    try (UserAgent userAgent =
        new UserAgent(
            account,
            Device.open(folder.resolve("video.device"), Clock.systemUTC()),
            Timing.DEFAULT,
            Clock.systemUTC(),
            SourceAddress.ofSystem(),
            FirewallPolicy.NO_HOLES,
            new UserAgentListener() {})) {
      userAgent.register();
      TimeUnit.MINUTES.sleep(5);
    }
  }

  private static void runPinging(Account account, Path folder)
      throws CheckFailure, UserAgentException, IOException, InterruptedException {
    try (RawFlow own = RawFlow.connect(account, PATIENCE, Clock.systemUTC())) {
      register(
          account,
          own,
          UnaryOperator.identity(),
          (device, flow) -> {
            while (true) {
              answeredPings.add(flow.ping(PATIENCE));
              TimeUnit.MILLISECONDS.sleep(1500);
            }
          });
    }
  }

  @Test
  void theReferenceUserAgentPasses() {
    assertThat(right)
        .hasSameSizeAs(ids())
        .allSatisfy(
            outcome ->
                assertThat(outcome.verdict())
                    .as("%s: %s%n%s", outcome.id(), outcome.why(), outcome.messages())
                    .isEqualTo(Verdict.PASS));
  }

  private static SSLSocket connect(Account account) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    ServerAddress server = account.server();
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(server.host(), server.port());
    socket.startHandshake();
    return socket;
  }

  /**
   * Trusts whoever answers, registers once, answers one challenge, and then neither refreshes nor
   * pings nor comes back, unless it is told to.
   */
  private static void runCareless(Account account, UnaryOperator<String> wrong, Then then)
      throws CheckFailure, IOException, InterruptedException, GeneralSecurityException {
    try (RawFlow flow = RawFlow.accepted(connect(account))) {
      register(account, flow, wrong, then);
    }
  }

  private static void register(
      Account account, RawFlow flow, UnaryOperator<String> wrong, Then then)
      throws CheckFailure, IOException, InterruptedException {
    Party party = new Party(account, flow, new Trace(), Duration.ofMinutes(5));
    Party.Draft register = party.register(600);
    flow.send(wrong.apply(register.text()));
    for (boolean proven = false; !proven; ) {
      SipText answer = SipText.parse(flow.receive(Duration.ofMinutes(5)).orElse(""));
      proven = party.answerChallenge(register, answer);
      flow.send(wrong.apply(proven ? register.text() : register.renew().text()));
    }
    then.go(party, flow);
  }

  /** As no device may. */
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void aDeviceThatDoesItWrongFails() {
    assertThat(faults().map(Fault::id).distinct()).containsExactlyElementsOf(ids());
    assertThat(wrong)
        .allSatisfy(
            (fault, outcome) -> {
              assertThat(outcome.verdict())
                  .as("%s: %s", outcome.id(), outcome.messages())
                  .isEqualTo(Verdict.FAIL);
              assertThat(outcome.why()).contains(fault.said());
            });
  }

  /** Ends the connection by what is written here, before there is any TLS. */
  private static Started ends(int... octets) {
    return (account, place) -> {
      try (Socket socket = new Socket(account.server().host(), account.server().port())) {
        for (int octet : octets) {
          socket.getOutputStream().write(octet);
        }
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      }
    };
  }

  /** A fatal alert of TLS (RFC 8446 section 6). */
  private static Started alerts(int description) {
    return ends(21, 3, 3, 0, 2, 2, description);
  }

  @Test
  void aServerIsRefusedForItsCertificateAndForNothingElse() {
    assertThat(begin("registers-trust", alerts(48), PATIENCE).join().verdict())
        .as("unknown_ca")
        .isEqualTo(Verdict.PASS);
    Outcome noCipherSuite = begin("registers-trust", alerts(40), PATIENCE).join();
    assertThat(noCipherSuite.verdict()).isEqualTo(Verdict.SKIP);
    assertThat(noCipherSuite.why()).startsWith("not shown: ").contains("handshake_failure");
    Outcome noReason = begin("registers-trust", ends(), PATIENCE).join();
    assertThat(noReason.verdict()).as(noReason.why()).isEqualTo(Verdict.SKIP);
    assertThat(noReason.why()).startsWith("not shown: ");
  }

  @Test
  void aPingIsAnswered() {
    assertThat(pinging.verdict()).as(pinging.why()).isEqualTo(Verdict.PASS);
    assertThat(answeredPings).isNotEmpty().first().isEqualTo(true);
  }

  /** RFC 3261 section 10.2.1.1. */
  @Test
  void aDeviceMayLeaveTheExpirationToTheServer() {
    UnaryOperator<String> unsaid = text -> text.replace("Expires: 600\r\n", "");
    Outcome refreshed =
        begin(
                "registers-refresh",
                (account, place) ->
                    runCareless(
                        account,
                        unsaid,
                        (device, flow) -> {
                          flow.send(unsaid.apply(device.register(600).text()));
                          NOTHING.go(device, flow);
                        }),
                PATIENCE)
            .join();
    assertThat(refreshed.verdict()).as(refreshed.why()).isEqualTo(Verdict.PASS);
    assertThat(refreshed.messages()).isNotEmpty().noneMatch(text -> text.contains("Expires: 600"));
    Outcome notAsked =
        begin(
                "registers-too-brief",
                (account, place) -> runCareless(account, unsaid, NOTHING),
                PATIENCE)
            .join();
    assertThat(notAsked.verdict()).as(notAsked.why()).isEqualTo(Verdict.SKIP);
    assertThat(notAsked.why()).contains("leaves it to the server");
  }
}
