package org.m2mx.ua.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgent;
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
    private String refusesToOpen;
    private String refusesToClose;

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
      asked.add("open");
      return this;
    }

    @Override
    public InetSocketAddress outside() {
      return new InetSocketAddress("203.0.113.9", 5000);
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

  private void examineGateway(String own, FirewallFinder... finders) throws Exception {
    examineGateway(SourceRestriction.ANY_SOURCE, own, finders);
  }

  private void examineGateway(SourceRestriction coarsest, String own, FirewallFinder... finders)
      throws Exception {
    String server = own.contains(":") ? "2001:db8::1" : "198.51.100.1";
    new GatewayExamination(
            new FirewallPolicy(List.of(finders), coarsest, Duration.ofSeconds(60)), findings::add)
        .run(InetAddress.getByName(own), InetAddress.getByName(server));
  }

  @Test
  void borrowsAPortWhereAddressesAreTranslated() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.ANY_SOURCE);
    examineGateway("192.168.77.2", gateway);
    assertThat(verdicts()).containsExactly("warn gateway", "ok pinhole");
    assertThat(findings.get(0).text()).isEqualTo("gateway opens holes, but for anybody");
    assertThat(findings.get(1).text())
        .contains("opened one from anybody to port ", ", found outside at 203.0.113.9:5000, lease");
    assertThat(gateway.asked).containsExactly("open", "close");
    findings.clear();
    examineGateway("192.168.77.2", new Absent(), new Absent());
    assertThat(findings.get(0).remedy().orElseThrow()).contains("Switch PCP or NAT-PMP on");
  }

  @Test
  void opensAHoleAndClosesIt() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.PEER_ADDRESS);
    examineGateway("2001:db8::2", gateway);
    assertThat(verdicts()).containsExactly("ok gateway", "ok pinhole");
    assertThat(findings.get(1).text()).contains("opened one from 2001:db8::1 to port ");
    assertThat(gateway.asked).containsExactly("open", "close");
  }

  @Test
  void tellsThatStrictCallsWouldFail() throws Exception {
    Gateway gateway = new Gateway(SourceRestriction.ANY_SOURCE);
    examineGateway(SourceRestriction.PEER_ADDRESS, "2001:db8::2", gateway);
    assertThat(verdicts()).containsExactly("fail gateway", "ok pinhole");
    assertThat(findings.get(0).text()).contains("for anybody, which --strict-firewall refuses");
    assertThat(findings.get(1).text()).contains("opened one from anybody to port ");
  }

  @Test
  void tellsWhatAGatewayDoesNotDo() throws Exception {
    Gateway coarse = new Gateway(SourceRestriction.ANY_SOURCE);
    coarse.refusesToOpen = "606 Action not authorized";
    Gateway sticky = new Gateway(SourceRestriction.PEER_ADDRESS);
    sticky.refusesToClose = "no answer";
    examineGateway("2001:db8::2", coarse, sticky);
    assertThat(verdicts())
        .containsExactly("warn gateway", "fail pinhole", "ok gateway", "warn pinhole");
    assertThat(findings.get(1).text()).contains("606 Action not authorized");
    assertThat(findings.get(3).remedy()).contains("It closes by itself in 60 s");
  }

  @Test
  void tellsThatThereIsNoGateway() throws Exception {
    examineGateway("2001:db8::2");
    assertThat(verdicts()).containsExactly("warn gateway");
    assertThat(findings.get(0).text()).contains("not looked for, as was asked");
    findings.clear();
    examineGateway("2001:db8::2", new Absent());
    assertThat(findings.get(0).text()).contains("none found");
    assertThat(findings.get(0).remedy().orElseThrow()).contains("--firewall auto");
    findings.clear();
    examineGateway("192.0.2.2", new Gateway(SourceRestriction.PEER_ADDRESS));
    assertThat(findings.get(0).text()).contains("not looked for: holes are for IPv6");
  }
}
