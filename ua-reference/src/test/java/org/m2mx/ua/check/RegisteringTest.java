package org.m2mx.ua.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

  /** For whoever never comes back, which takes three times as long to see. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  @TempDir static Path folder;

  private static Map<String, Outcome> right;
  private static Map<String, Outcome> wrong;

  /** What the command of --start starts, here within this process. */
  private interface Started {
    /** Runs until it is interrupted. */
    void run(Account account, Path folder)
        throws UserAgentException, IOException, InterruptedException, GeneralSecurityException;
  }

  /** What a device does wrong so that a case fails, and what is then said. */
  record Fault(String id, UnaryOperator<String> wrong, String said) {}

  static Stream<Fault> faults() {
    UnaryOperator<String> asItIs = UnaryOperator.identity();
    return Stream.of(
        new Fault(
            "registers",
            text -> text.replaceFirst("^REGISTER sip:", "REGISTER sip:video@"),
            "the Request-URI is sip:video@m2m-x.example"),
        new Fault(
            "registers-digest",
            text -> text.replace("nc=00000001", "nc=00000002"),
            "nc is 00000002, not 00000001"),
        new Fault(
            "registers-outbound", text -> text.replace(";reg-id=1", ""), "contact has no reg-id"),
        new Fault("registers-refresh", asItIs, "no refresh within the 16 s"),
        new Fault("registers-stale", asItIs, "no REGISTER came"),
        new Fault("registers-too-brief", asItIs, "asks for 600 s, where Min-Expires is 7000"),
        new Fault("registers-keep-alive", asItIs, "longer than the 4 s of Flow-Timer"),
        new Fault("registers-anew", asItIs, "the device did not connect to "),
        new Fault("registers-trust", asItIs, "does not vouch for"));
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
            Optional.of("cp \"$M2MX_ACCOUNT\" %1$s.part && mv %1$s.part %1$s".formatted(started)),
            patience);
    Thread running = new Thread(() -> runWhenStarted(device, started), "device of " + id);
    running.start();
    try {
      return Check.ofDevice()
          .only(Set.of(id))
          .run(participants, Clock.systemUTC(), outcome -> {})
          .get(0);
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
    } catch (UserAgentException | IOException | InterruptedException e) {
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
        ids().stream().map(id -> begin(id, RegisteringTest::runReference, PATIENCE)).toList();
    List<CompletableFuture<Outcome>> wrongs =
        faults()
            .map(
                fault ->
                    begin(
                        fault.id(),
                        (account, place) -> runCareless(account, fault.wrong()),
                        fault.id().equals("registers-anew") ? SHORT : PATIENCE))
            .toList();
    right = byId(rights);
    wrong = byId(wrongs);
  }

  private static Map<String, Outcome> byId(List<CompletableFuture<Outcome>> outcomes) {
    return outcomes.stream()
        .map(CompletableFuture::join)
        .collect(Collectors.toMap(Outcome::id, Function.identity()));
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

  @Test
  void theReferenceUserAgentPasses() {
    assertThat(right.values())
        .hasSameSizeAs(ids())
        .allSatisfy(
            outcome ->
                assertThat(outcome.verdict())
                    .as("%s: %s%n%s", outcome.id(), outcome.why(), outcome.messages())
                    .isEqualTo(Verdict.PASS));
  }

  /**
   * Trusts whoever answers, registers once, answers one challenge, and then neither refreshes nor
   * pings nor comes back.
   */
  private static void runCareless(Account account, UnaryOperator<String> wrong)
      throws IOException, InterruptedException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    ServerAddress server = account.server();
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(server.host(), server.port());
    socket.startHandshake();
    try (RawFlow flow = RawFlow.accepted(socket)) {
      Party party = new Party(account, flow, new Trace(), Duration.ofMinutes(5));
      Party.Draft register = party.register(600);
      flow.send(wrong.apply(register.text()));
      for (boolean proven = false; !proven; ) {
        SipText answer = SipText.parse(flow.receive(Duration.ofMinutes(5)).orElse(""));
        proven = party.answerChallenge(register, answer);
        flow.send(wrong.apply(proven ? register.text() : register.renew().text()));
      }
      TimeUnit.MINUTES.sleep(5);
    }
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
    assertThat(faults().map(Fault::id)).containsExactlyElementsOf(ids());
    Map<String, Fault> faults = faults().collect(Collectors.toMap(Fault::id, fault -> fault));
    assertThat(wrong.values())
        .allSatisfy(
            outcome -> {
              assertThat(outcome.verdict())
                  .as("%s: %s", outcome.id(), outcome.messages())
                  .isEqualTo(Verdict.FAIL);
              assertThat(outcome.why()).contains(faults.get(outcome.id()).said());
            });
  }
}
