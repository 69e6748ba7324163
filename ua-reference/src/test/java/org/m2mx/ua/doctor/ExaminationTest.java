package org.m2mx.ua.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallFinder;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.firewall.TransportProtocol;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.TestServer;

/** Each thing as it should be, and as it should not. */
@Timeout(60)
class ExaminationTest {
  private static final DateTimeFormatter SIP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  private static Certificates.Identity authority;
  private static Certificates.Identity identity;

  @TempDir Path folder;
  private final List<Finding> findings = new ArrayList<>();
  private TestServer server;
  private Clock clock;

  @BeforeAll
  static void issue() throws Exception {
    authority = Certificates.authority("test root");
    identity = Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(5));
  }

  @BeforeEach
  void start() throws Exception {
    clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    serve(identity);
  }

  private void serve(Certificates.Identity shown) throws Exception {
    server = new TestServer(shown, InetAddress.getByName("::1"));
    server.users.put("video", "secret");
    tellTime(Duration.ZERO);
  }

  private void tellTime(Duration off) {
    String date = SIP_DATE.format(clock.instant().plus(off).atOffset(ZoneOffset.UTC));
    server.registerHeaders = List.of("Date: " + date);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void examine(String password) throws Exception {
    Path account = Accounts.write(folder, "video", password, "[::1]:" + server.port(), authority);
    Device device = Device.open(folder.resolve("video.device"), Clock.systemUTC());
    try (UserAgent userAgent =
        new UserAgent(
            AccountFile.read(account),
            device,
            Timing.DEFAULT,
            Clock.systemUTC(),
            SourceAddress.ofSystem(),
            FirewallPolicy.NO_HOLES,
            new UserAgentListener() {})) {
      new Examination(clock, findings::add).signalling(userAgent);
    }
  }

  private List<String> verdicts() {
    return findings.stream().map(finding -> finding.verdict() + " " + finding.subject()).toList();
  }

  private Finding about(String subject) {
    return findings.stream()
        .filter(finding -> finding.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void findsNothingWrongButWhatIsSoOnOneMachine() throws Exception {
    examine("secret");
    assertThat(verdicts())
        .containsExactly("ok server", "warn tls", "warn address", "ok clock", "ok credential");
    assertThat(about("tls").remedy().orElseThrow()).contains("renew");
    assertThat(about("tls").text()).contains("TLSv1.3").contains("valid for 4 days");
    assertThat(about("address").text()).isEqualTo("::1 is loopback");
  }

  @Test
  void tellsThatTheClocksDiffer() throws Exception {
    tellTime(Duration.ofSeconds(100));
    examine("secret");
    assertThat(about("clock").verdict()).isEqualTo(Finding.Verdict.WARN);
    assertThat(about("clock").text()).matches("(99|100) s behind the server's");
    findings.clear();
    tellTime(Duration.ofSeconds(-400));
    examine("secret");
    assertThat(about("clock").verdict()).isEqualTo(Finding.Verdict.FAIL);
    assertThat(about("clock").text()).contains("ahead of the server's");
    findings.clear();
    server.registerHeaders = List.of();
    examine("secret");
    assertThat(about("clock").text()).isEqualTo("the server does not tell the time");
  }

  @Test
  void tellsThatThePasswordIsWrong() throws Exception {
    examine("guess");
    assertThat(verdicts())
        .containsExactly("ok server", "warn tls", "warn address", "fail credential");
    assertThat(about("credential").text()).endsWith("the password of sip:video@m2m-x.example");
    assertThat(about("credential").remedy().orElseThrow()).contains("account file");
  }

  @Test
  void tellsThatTheCertificateIsNotToBeTrusted() throws Exception {
    server.close();
    serve(
        Certificates.server(
            Certificates.authority("another"), "::1", Instant.now(), Duration.ofDays(5)));
    examine("secret");
    assertThat(verdicts()).containsExactly("ok server", "fail tls");
  }

  @Test
  void tellsThatNobodyServes() throws Exception {
    server.close();
    examine("secret");
    assertThat(verdicts()).containsExactly("fail server");
    assertThat(about("server").text()).contains("refuses connections");
  }

  /** A gateway that does what the test says. */
  private static final class Gateway implements FirewallFinder, FirewallControl, Pinhole {
    private final SourceRestriction restriction;
    private final List<String> asked = new ArrayList<>();
    private final Set<Integer> open = new HashSet<>();
    private String refusesToOpen;
    private String refusesToClose;
    private int outsidePort;

    Gateway(SourceRestriction restriction) {
      this.restriction = restriction;
    }

    @Override
    public String method() {
      return "test";
    }

    @Override
    public Optional<FirewallControl> find(InetAddress own) {
      return Optional.of(this);
    }

    @Override
    public String describe() {
      return "gateway";
    }

    @Override
    public SourceRestriction restriction() {
      return restriction;
    }

    @Override
    public Pinhole open(PinholeRequest request) throws FirewallException {
      if (refusesToOpen != null) {
        throw new FirewallException(refusesToOpen);
      }
      asked.add("open " + request.protocol());
      outsidePort = request.own().getPort();
      open.add(outsidePort);
      return this;
    }

    @Override
    public InetSocketAddress outside() {
      return new InetSocketAddress("203.0.113.9", outsidePort);
    }

    @Override
    public Duration lease() {
      return Duration.ofSeconds(60);
    }

    @Override
    public void renew() {
      asked.add("renew");
    }

    @Override
    public void close() throws FirewallException {
      if (refusesToClose != null) {
        throw new FirewallException(refusesToClose);
      }
      asked.add("close");
      open.clear();
    }
  }

  /** Finds nothing. */
  private static final class Absent implements FirewallFinder {
    @Override
    public String method() {
      return "absent";
    }

    @Override
    public Optional<FirewallControl> find(InetAddress own) {
      return Optional.empty();
    }
  }

  private static final KnockingServer NO_PROOF =
      (protocol, port, token) -> CompletableFuture.completedFuture(false);

  /** Knocks at those ports of this machine that are open; it is over when it has come in. */
  private static KnockingServer knocker(IntPredicate open) {
    return (protocol, port, token) -> {
      if (!open.test(port)) {
        return CompletableFuture.completedFuture(true);
      }
      knock(protocol, port, ("m2mx-knock " + token + "\r\n").getBytes(US_ASCII));
      return new CompletableFuture<>();
    };
  }

  private static void knock(TransportProtocol protocol, int port, byte[] octets) {
    InetAddress here = InetAddress.getLoopbackAddress();
    try {
      if (protocol == TransportProtocol.TCP) {
        try (Socket socket = new Socket(here, port)) {
          socket.getOutputStream().write(octets);
        }
      } else {
        try (DatagramSocket socket = new DatagramSocket()) {
          socket.send(new DatagramPacket(octets, octets.length, here, port));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void examineGateway(String own, FirewallFinder... finders) throws Exception {
    examineGateway(NO_PROOF, SourceRestriction.ANY_SOURCE, own, finders);
  }

  private void examineGateway(
      KnockingServer knocking, SourceRestriction coarsest, String own, FirewallFinder... finders)
      throws Exception {
    String peer = own.contains(":") ? "2001:db8::1" : "198.51.100.1";
    new GatewayExamination(
            new FirewallPolicy(List.of(finders), coarsest, Duration.ofSeconds(60)),
            knocking,
            findings::add)
        .run(InetAddress.getByName(own), InetAddress.getByName(peer));
  }

  @Test
  void aHoleIsProvedByAKnockFromOutside() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    examineGateway(
        knocker(gateway.open::contains), SourceRestriction.PEER_ADDRESS, "2001:db8::2", gateway);
    assertThat(verdicts()).containsExactly("ok gateway", "ok pinhole", "ok pinhole", "ok firewall");
    assertThat(findings.get(1).text())
        .contains("opened one from 2001:db8::1 to TCP port ")
        .contains("the server's knock came in by it");
    assertThat(findings.get(2).text()).contains(" to UDP port ");
    assertThat(findings.get(3).text())
        .isEqualTo(
            "the server has knocked by TCP and UDP where no hole is: nothing came in but by a"
                + " hole");
    assertThat(gateway.asked).containsExactly("open TCP", "close", "open UDP", "close");
  }

  @Test
  void aHoleThatLetsNobodyInIsNone() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    examineGateway(knocker(port -> false), SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly("ok gateway", "fail pinhole", "fail pinhole", "warn firewall");
    assertThat(findings.get(1).text()).endsWith("the server's knock did not come in by it");
    assertThat(findings.get(1).remedy().orElseThrow()).contains("another firewall on the way");
    assertThat(findings.get(3).text())
        .contains("by TCP and UDP, and nothing came in at all: a firewall, or the server cannot");
    assertThat(gateway.asked).containsExactly("open TCP", "close", "open UDP", "close");
  }

  @Test
  void aHoleShowsNothingWhereEverythingIsOpen() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    examineGateway(knocker(port -> true), SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly("warn firewall", "ok gateway", "warn pinhole", "warn pinhole");
    assertThat(findings.get(2).text()).endsWith("came in, as it does without a hole");
  }

  @Test
  void tellsThatAHoleFailsAndStaysOpen() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    gateway.refusesToClose = "no answer";
    examineGateway(knocker(port -> false), SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly(
            "ok gateway",
            "fail pinhole",
            "warn pinhole",
            "fail pinhole",
            "warn pinhole",
            "warn firewall");
    assertThat(findings.get(2).text()).endsWith("and did not close it: no answer");
  }

  @Test
  void aDatagramThatIsLostIsAskedForAgain() throws Exception {
    Set<Integer> lost = new HashSet<>();
    AtomicInteger asked = new AtomicInteger();
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    KnockingServer overALossyLine =
        (protocol, port, token) ->
            protocol == TransportProtocol.UDP
                    && gateway.open.contains(port)
                    && asked.incrementAndGet() == 1
                    && lost.add(port)
                ? CompletableFuture.completedFuture(true)
                : knocker(gateway.open::contains).knock(protocol, port, token);
    examineGateway(overALossyLine, SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts()).containsExactly("ok gateway", "ok pinhole", "ok pinhole", "ok firewall");
    assertThat(lost).hasSize(1);
  }

  @Test
  void whatOneProtocolShowsIsToldWhereTheOtherIsRefused() throws Exception {
    UserAgentException tooOften =
        new UserAgentException(Reason.REFUSED, "The server does not knock", "Try again in 9 s");
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    AtomicInteger refused = new AtomicInteger();
    KnockingServer tiredOnce =
        (protocol, port, token) ->
            protocol == TransportProtocol.TCP && refused.getAndIncrement() == 0
                ? CompletableFuture.failedFuture(tooOften)
                : knocker(at -> protocol == TransportProtocol.TCP || gateway.open.contains(at))
                    .knock(protocol, port, token);
    examineGateway(tiredOnce, SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly(
            "warn firewall", "ok gateway", "warn pinhole", "ok pinhole", "ok firewall");
    assertThat(findings.get(0).text())
        .isEqualTo("not tried from outside by TCP: The server does not knock");
    assertThat(findings.get(2).text()).endsWith("came in, but maybe it does without a hole");
    assertThat(findings.get(4).text()).contains("knocked by UDP where no hole is");
    findings.clear();
    KnockingServer byTcpAlone =
        (protocol, port, token) ->
            protocol == TransportProtocol.UDP
                ? CompletableFuture.completedFuture(false)
                : knocker(port2 -> true).knock(protocol, port, token);
    examineGateway(byTcpAlone, SourceRestriction.ANY_SOURCE, "2001:db8::2", new Absent());
    assertThat(findings.get(0).text()).endsWith("came in by TCP");
    assertThat(findings.get(1).text())
        .isEqualTo("not tried from outside by UDP: the server offers no proof");
  }

  @Test
  void onlyTheWordThatWasGivenOpensTheDoor() throws Exception {
    KnockingServer mistaken =
        (protocol, port, token) -> {
          knock(protocol, port, "m2mx-knock 0a1b2c3d\r\n".getBytes(US_ASCII));
          knock(protocol, port, (token + "\r\n").getBytes(US_ASCII));
          return CompletableFuture.completedFuture(true);
        };
    examineGateway(mistaken, SourceRestriction.ANY_SOURCE, "2001:db8::2", new Absent());
    assertThat(verdicts()).containsExactly("warn gateway", "warn firewall");
    assertThat(findings.get(1).text()).contains("nothing came in at all");
  }

  @Test
  void strangersAtTheDoorDoNotHideTheServer() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    KnockingServer inACrowd =
        (protocol, port, token) -> {
          try {
            for (int i = 0; protocol == TransportProtocol.TCP && i < 10; i++) {
              strangers.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return knocker(at -> true)
              .knock(protocol, port, token)
              .completeOnTimeout(true, 10, TimeUnit.SECONDS);
        };
    examineGateway(inACrowd, SourceRestriction.ANY_SOURCE, "2001:db8::2", new Absent());
    assertThat(findings.get(0).text()).endsWith("came in by TCP and UDP");
    for (Socket stranger : strangers) {
      stranger.close();
    }
  }

  @Test
  void whoeverStopsItLeavesNoHole() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    Thread examining = Thread.currentThread();
    KnockingServer stopped =
        (protocol, port, token) -> {
          if (gateway.open.contains(port)) {
            examining.interrupt();
            return new CompletableFuture<>();
          }
          return CompletableFuture.completedFuture(true);
        };
    assertThatThrownBy(
            () -> examineGateway(stopped, SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway))
        .isInstanceOf(InterruptedException.class);
    assertThat(gateway.asked).containsExactly("open TCP", "close");
    assertThat(verdicts()).containsExactly("ok gateway");
  }

  @Test
  void tellsThatNothingStandsBeforeThisMachine() throws Exception {
    examineGateway(
        knocker(port -> true), SourceRestriction.ANY_SOURCE, "2001:db8::2", new Absent());
    assertThat(verdicts()).containsExactly("warn firewall", "warn gateway");
    assertThat(findings.get(0).text()).endsWith("came in by TCP and UDP");
  }

  @Test
  void tellsWhyTheServerDoesNotKnock() throws Exception {
    UserAgentException tooOften =
        new UserAgentException(Reason.REFUSED, "The server does not knock", "Try again in 9 s");
    AtomicInteger asked = new AtomicInteger();
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    KnockingServer tired =
        (protocol, port, token) ->
            asked.incrementAndGet() <= 3
                ? CompletableFuture.completedFuture(true)
                : CompletableFuture.failedFuture(tooOften);
    examineGateway(tired, SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly("ok gateway", "warn pinhole", "warn pinhole", "warn firewall");
    assertThat(findings.get(1).text())
        .contains("opened one from ", " to TCP port ")
        .endsWith("not tried from outside: The server does not knock");
    assertThat(findings.get(1).remedy()).contains("Try again in 9 s");
    findings.clear();
    examineGateway(tired, SourceRestriction.ANY_SOURCE, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly("warn firewall", "ok gateway", "warn pinhole", "warn pinhole");
    assertThat(findings.get(0).text()).contains("not tried from outside by TCP and UDP");
  }

  @Test
  void borrowsAPortWhereAddressesAreTranslated() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.ANY_SOURCE);
    examineGateway(
        knocker(gateway.open::contains), SourceRestriction.ANY_SOURCE, "192.168.77.2", gateway);
    assertThat(verdicts()).containsExactly("warn gateway", "ok pinhole", "ok pinhole");
    assertThat(about("gateway").text()).isEqualTo("gateway opens holes, but for anybody");
    assertThat(about("pinhole").text())
        .contains("opened one from anybody to TCP port ", ", found outside at 203.0.113.9:");
    assertThat(gateway.asked).containsExactly("open TCP", "close", "open UDP", "close");
    findings.clear();
    examineGateway("192.168.77.2", new Absent(), new Absent());
    assertThat(about("gateway").remedy().orElseThrow()).contains("Switch PCP or NAT-PMP on");
  }

  @Test
  void opensAHoleAndClosesIt() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    examineGateway("2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly("warn firewall", "ok gateway", "warn pinhole", "warn pinhole");
    assertThat(findings.get(0).text()).contains("the server offers no proof");
    assertThat(about("pinhole").text())
        .contains("opened one from 2001:db8::1 to TCP port ")
        .endsWith(", not tried from outside: the server offers no proof");
    assertThat(gateway.asked).containsExactly("open TCP", "close", "open UDP", "close");
  }

  @Test
  void tellsThatStrictCallsWouldFail() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.ANY_SOURCE);
    examineGateway(NO_PROOF, SourceRestriction.PEER_ADDRESS, "2001:db8::2", gateway);
    assertThat(verdicts())
        .containsExactly("warn firewall", "fail gateway", "warn pinhole", "warn pinhole");
    assertThat(about("gateway").text()).contains("for anybody, which --strict-firewall refuses");
    assertThat(about("pinhole").text()).contains("opened one from anybody to TCP port ");
  }

  @Test
  void tellsWhatAGatewayDoesNotDo() throws Exception {
    Gateway coarse = new Gateway(SourceRestriction.ANY_SOURCE);
    coarse.refusesToOpen = "606 Action not authorized";
    Gateway sticky = new Gateway(SourceRestriction.PEER_ADDRESS);
    sticky.refusesToClose = "no answer";
    examineGateway("2001:db8::2", coarse, sticky);
    assertThat(verdicts())
        .containsExactly(
            "warn firewall",
            "warn gateway",
            "fail pinhole",
            "fail pinhole",
            "ok gateway",
            "warn pinhole",
            "warn pinhole",
            "warn pinhole",
            "warn pinhole");
    assertThat(about("pinhole").text()).contains("606 Action not authorized");
    assertThat(findings.get(8).remedy()).contains("It closes by itself in 60 s");
  }

  @Test
  void tellsThatThereIsNoGateway() throws Exception {
    examineGateway("2001:db8::2");
    assertThat(verdicts()).containsExactly("warn firewall", "warn gateway");
    assertThat(about("gateway").text()).contains("not looked for, as was asked");
    findings.clear();
    examineGateway("2001:db8::2", new Absent());
    assertThat(about("gateway").text()).contains("none found");
    assertThat(about("gateway").remedy().orElseThrow()).contains("--firewall auto");
    findings.clear();
    examineGateway("192.0.2.2", new Gateway(SourceRestriction.PEER_ADDRESS));
    assertThat(about("gateway").text()).contains("not looked for: holes are for IPv6");
  }
}
