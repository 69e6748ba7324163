package org.m2mx.ua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.ua.testing.Background.inBackground;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.RecordedHoles;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.TestServer;
import org.m2mx.ua.vici.TestDaemon;

/** The user agent in good weather and bad, against a server on loopback. */
@Timeout(180)
class UserAgentTest {
  private static final Duration RING = Duration.ofSeconds(60);
  private static final Aor VIDEO = new Aor("video", TestServer.DOMAIN);
  private static final Aor ALICE = new Aor("alice", TestServer.DOMAIN);

  private static final Duration CHANNEL = Duration.ofSeconds(40);

  /** Impatient, but not with answers to pings: a machine that is busy may be late with those. */
  private static final Timing QUICK = quick(Duration.ofSeconds(10), CHANNEL);

  /** Impatient with those, too. */
  private static final Timing IMPATIENT_WITH_PINGS = quick(Duration.ofMillis(300), CHANNEL);

  /** Impatient with peers that do not come. */
  private static final Timing IMPATIENT_WITH_PEERS =
      quick(Duration.ofSeconds(10), Duration.ofSeconds(5));

  private static Certificates.Identity authority;
  private static Certificates.Identity identity;

  @TempDir Path folder;
  private Timing timing = QUICK;
  private TestServer server;
  private UserAgent alice;
  private UserAgent video;

  /** What takes minutes on the internet takes tenths of a second here. */
  private static Timing quick(Duration pong, Duration dataChannel) {
    return new Timing(
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofMillis(300),
        pong,
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(400),
        dataChannel,
        Duration.ofMillis(100),
        Duration.ofSeconds(60));
  }

  @BeforeAll
  static void issue() throws Exception {
    authority = Certificates.authority("test root");
    identity = Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1));
  }

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(identity, InetAddress.getByName("::1"));
    server.users.put("alice", "a");
    server.users.put("video", "v");
    server.permissions.add("alice>video");
    alice = userAgent("alice", "a");
    video = userAgent("video", "v");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    video.close();
    server.close();
  }

  /** Notes what a user agent tells of itself. */
  private static class Notes implements UserAgentListener {
    private final Queue<Registration> registrations = new ConcurrentLinkedQueue<>();
    final Queue<UserAgentException> losses = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<UserAgentException> refusal = new CompletableFuture<>();

    @Override
    public void registered(Registration registration) {
      registrations.add(registration);
    }

    @Override
    public void unreachable(UserAgentException cause, Duration retry) {
      losses.add(cause);
    }

    @Override
    public void refused(UserAgentException cause) {
      refusal.complete(cause);
    }
  }

  private UserAgent userAgent(String user, String password) throws Exception {
    return userAgent(user, password, SourceAddress.ofSystem(), new Notes());
  }

  private UserAgent userAgent(
      String user, String password, SourceAddress source, UserAgentListener listener)
      throws Exception {
    return userAgent(user, password, source, FirewallPolicy.NO_HOLES, listener);
  }

  private UserAgent userAgent(
      String user,
      String password,
      SourceAddress source,
      FirewallPolicy holes,
      UserAgentListener listener)
      throws Exception {
    return userAgent(user, password, new Charon(Charon.SOCKET), source, holes, listener);
  }

  private UserAgent userAgent(
      String user,
      String password,
      Charon charon,
      SourceAddress source,
      FirewallPolicy holes,
      UserAgentListener listener)
      throws Exception {
    Account account =
        AccountFile.read(
            Accounts.write(folder, user, password, "[::1]:" + server.port(), authority));
    Device device = Device.open(folder.resolve(user + ".device"), Clock.systemUTC());
    return new UserAgent(
        account, device, charon, timing, Clock.systemUTC(), source, holes, listener);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private long count(String method) {
    return server.requests.stream().filter(line -> line.startsWith(method + " ")).count();
  }

  private static void assertReason(Reason reason, ThrowingCall call) {
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private interface ThrowingCall {
    void run() throws Exception;
  }

  @Test
  void registersWithWhatItHasFoundOut() throws Exception {
    Registration registration = video.register();
    assertThat(registration.aor()).isEqualTo(VIDEO);
    assertThat(registration.localAddress().getAddress()).isEqualTo(InetAddress.getByName("::1"));
    assertThat(registration.contact())
        .isEqualTo("sip:video@[::1]:" + registration.localAddress().getPort() + ";transport=tls");
    assertThat(registration.tlsProtocol()).isEqualTo("TLSv1.3");
    assertThat(registration.serverCertificate().matches(identity.certificate())).isTrue();
    assertThat(registration.serverSoftware()).contains("TestServer/1");
    assertThat(registration.expires()).isEqualTo(Duration.ofSeconds(600));
  }

  @Test
  void refreshesBeforeTheRegistrationExpires() throws Exception {
    server.expires = 1;
    Notes notes = new Notes();
    try (UserAgent patient = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      patient.register();
      until(() -> notes.registrations.size() >= 3);
      assertThat(notes.losses).isEmpty();
    }
    // The first challenge's nonce goes on being used: one 401 in all.
    until(() -> count("REGISTER") == server.registered.size() + 1L);
  }

  /** RFC 3261 section 10.2. */
  @Test
  void numbersItsRegistersWithoutGapsWhateverElseItSends() throws Exception {
    Queue<Integer> numbers = new ConcurrentLinkedQueue<>();
    server.outgoing =
        text -> {
          Matcher matcher = Pattern.compile("(?m)^CSeq: (\\d+) REGISTER\r?$").matcher(text);
          if (text.contains("From: <sip:alice@") && matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group(1)));
          }
          return text;
        };
    server.expires = 1;
    video.onMessage(message -> {});
    video.register();
    alice.register();
    alice.send(VIDEO, "Is anybody there?");
    int before = numbers.size();
    until(() -> numbers.size() > before + 1);
    List<Integer> seen = List.copyOf(numbers);
    assertThat(seen).isEqualTo(IntStream.rangeClosed(1, seen.size()).boxed().toList());
  }

  @Test
  void answersAStaleNonceOnceMore() throws Exception {
    Registration first = video.register();
    assertThat(first.expires()).isPositive();
    server.makeNoncesStale();
    server.cutAll();
    until(() -> server.registered.size() >= 2);
    assertThat(server.isRegistered("video")).isTrue();
  }

  @Test
  void doesNotTryAWrongPasswordTwice() throws Exception {
    try (UserAgent guessing = userAgent("video", "guess")) {
      assertReason(Reason.AUTHENTICATION, guessing::register);
    }
    assertThat(count("REGISTER")).isEqualTo(2);
  }

  @Test
  void refusesToAnswerMd5() throws Exception {
    server.algorithm = "MD5";
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(video::register)
        .withMessageContaining("Digest MD5 in realm m2m-x.example");
    assertThat(count("REGISTER")).isEqualTo(1);
  }

  @Test
  void comesBackWhenTheConnectionBreaks() throws Exception {
    Notes notes = new Notes();
    try (UserAgent persistent = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      persistent.register();
      String before = server.contact("video");
      server.cutAll();
      until(() -> notes.registrations.size() == 2);
      assertThat(server.contact("video")).isNotEqualTo(before);
      assertThat(notes.losses)
          .hasSize(1)
          .allSatisfy(e -> assertThat(e.reason()).isEqualTo(Reason.SERVER_UNREACHABLE));
      persistent.onCall(call -> call.accept().close());
      alice.register();
      alice.call(VIDEO, RING).close();
    }
  }

  @Test
  void goesOnTryingWhileTheServerIsAway() throws Exception {
    Notes notes = new Notes();
    try (UserAgent persistent = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      persistent.register();
      int port = server.port();
      server.close();
      until(() -> notes.losses.size() >= 3);
      assertThat(notes.losses.stream().reduce((a, b) -> b).orElseThrow().getMessage())
          .contains("refuses connections");
      server = new TestServer(identity, InetAddress.getByName("::1"), port);
      server.users.put("video", "v");
      until(() -> server.isRegistered("video"));
    }
  }

  @Test
  void stopsTryingWhenThePasswordIsNotGoodAnyMore() throws Exception {
    Notes notes = new Notes();
    try (UserAgent revoked = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      revoked.register();
      server.users.put("video", "changed");
      server.cutAll();
      assertThat(notes.refusal.get(60, TimeUnit.SECONDS).reason()).isEqualTo(Reason.AUTHENTICATION);
    }
  }

  @Test
  void staysRegisteredWhateverItsListenerDoes() throws Exception {
    Notes notes =
        new Notes() {
          @Override
          public void unreachable(UserAgentException cause, Duration retry) {
            super.unreachable(cause, retry);
            throw new IllegalStateException("the screen is gone");
          }
        };
    try (UserAgent persistent = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      persistent.register();
      server.cutAll();
      until(() -> notes.registrations.size() == 2);
      assertThat(notes.losses)
          .isNotEmpty()
          .allSatisfy(e -> assertThat(e.reason()).isEqualTo(Reason.SERVER_UNREACHABLE));
    }
  }

  @Test
  void staysRegisteredWhateverTheSystemDoes() throws Exception {
    Notes notes = new Notes();
    AtomicBoolean puzzling = new AtomicBoolean();
    CountDownLatch puzzled = new CountDownLatch(1);
    SourceAddress source =
        destination -> {
          if (puzzling.getAndSet(false)) {
            puzzled.countDown();
            throw new IllegalStateException("no such system");
          }
          return SourceAddress.ofSystem().towards(destination);
        };
    try (UserAgent persistent = userAgent("video", "v", source, notes)) {
      persistent.register();
      puzzling.set(true);
      assertThat(puzzled.await(60, TimeUnit.SECONDS)).isTrue();
      server.cutAll();
      until(() -> notes.registrations.size() == 2);
    }
  }

  @Test
  void registersAnewWhenItsAddressChanges() throws Exception {
    Notes notes = new Notes();
    InetAddress[] source = {InetAddress.getByName("2001:db8::1")};
    try (UserAgent roaming = userAgent("video", "v", destination -> source[0], notes)) {
      roaming.register();
      String before = server.contact("video");
      Thread.sleep(200);
      assertThat(notes.registrations).hasSize(1);
      source[0] = InetAddress.getByName("2001:db8::2");
      until(() -> notes.registrations.size() == 2);
      assertThat(server.contact("video")).isNotEqualTo(before);
      Thread.sleep(200);
      assertThat(notes.registrations).as("once for one change").hasSize(2);
    }
  }

  @Test
  void staysWhereItIsWhileThereIsNoNetwork() throws Exception {
    Notes notes = new Notes();
    boolean[] network = {true};
    SourceAddress source =
        destination -> {
          if (!network[0]) {
            throw new IOException("Network is unreachable");
          }
          return InetAddress.getByName("2001:db8::1");
        };
    try (UserAgent offline = userAgent("video", "v", source, notes)) {
      offline.register();
      network[0] = false;
      Thread.sleep(200);
      network[0] = true;
      Thread.sleep(200);
      assertThat(notes.registrations).hasSize(1);
    }
  }

  @Test
  void givesUpAConnectionOnWhichPingsAreNotAnswered() throws Exception {
    timing = IMPATIENT_WITH_PINGS;
    server.registerHeaders = List.of("Require: outbound", "Flow-Timer: 1");
    server.pongs = false;
    Notes notes = new Notes();
    try (UserAgent keen = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      keen.register();
      until(() -> notes.registrations.size() >= 2);
    }
  }

  @Test
  void keepsAConnectionOnWhichPingsAreAnswered() throws Exception {
    server.registerHeaders = List.of("Require: outbound");
    Notes notes = new Notes();
    try (UserAgent keen = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      keen.register();
      // That takes longer than an answer may.
      until(() -> server.pings.get() >= 45);
      assertThat(notes.losses).isEmpty();
    }
  }

  @Test
  void keepsAConnectionToAServerThatNeverPromisedToAnswerPings() throws Exception {
    timing = IMPATIENT_WITH_PINGS;
    server.pongs = false;
    Notes notes = new Notes();
    try (UserAgent keen = userAgent("video", "v", SourceAddress.ofSystem(), notes)) {
      keen.register();
      until(() -> server.pings.get() >= 3);
      Thread.sleep(400);
      assertThat(notes.losses).isEmpty();
    }
  }

  @Test
  void takesBackBindingsOfItsOwnThatPointElsewhere() throws Exception {
    Device device = Device.open(folder.resolve("video.device"), Clock.systemUTC());
    server.registerHeaders =
        List.of(
            "Contact: <sip:video@[2001:db8::9]:4000;transport=tls>;expires=500;+sip.instance=\"<"
                + device.instanceUrn()
                + ">\"",
            "Contact: <sip:video@[2001:db8::a]:4000;transport=tls>;expires=500;"
                + "+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-000000000000>\"");
    video.register();
    assertThat(server.registered)
        .contains("sip:video@[2001:db8::9]:4000;transport=tls 0")
        .noneMatch(line -> line.contains("2001:db8::a"));
    assertThat(server.isRegistered("video")).isTrue();
  }

  @Test
  void unregistersWhenItIsClosed() throws Exception {
    video.register();
    assertThat(server.isRegistered("video")).isTrue();
    video.close();
    until(() -> server.registered.stream().anyMatch(line -> line.endsWith(" 0")));
    assertThat(server.isRegistered("video")).isFalse();
  }

  @Test
  void talksBothWaysAndHearsTheBye() throws Exception {
    CompletableFuture<Session> answered = new CompletableFuture<>();
    video.onCall(
        call -> {
          assertThat(call.caller()).isEqualTo(ALICE);
          answered.complete(call.accept());
        });
    video.register();
    alice.register();
    Session calling = alice.call(VIDEO, RING);
    Session called = answered.get(60, TimeUnit.SECONDS);
    assertThat(called.callId()).isEqualTo(calling.callId());
    calling.channel().output().write("ping".getBytes(StandardCharsets.US_ASCII));
    assertThat(called.channel().input().readNBytes(4)).asString().isEqualTo("ping");
    called.channel().output().write("pong".getBytes(StandardCharsets.US_ASCII));
    assertThat(calling.channel().input().readNBytes(4)).asString().isEqualTo("pong");
    called.close();
    calling.ended().get(60, TimeUnit.SECONDS);
    assertThat(calling.channel().input().read()).isEqualTo(-1);
    calling.close();
    assertThat(count("BYE")).isEqualTo(1);
  }

  @Test
  void asksNoIkeDaemonBeforeItAcceptsACallWithoutATunnel() throws Exception {
    Path socket = folder.resolve("vici");
    try (TestDaemon daemon = new TestDaemon(socket);
        UserAgent beside =
            userAgent(
                "video",
                "v",
                new Charon(socket),
                SourceAddress.ofSystem(),
                FirewallPolicy.NO_HOLES,
                new Notes())) {
      beside.onCall(call -> call.accept().ended().join());
      beside.register();
      List<String> before = List.copyOf(daemon.commands());
      alice.register();
      alice.call(VIDEO, RING, DataProtocol.USUAL).close();
      assertThat(daemon.commands()).isEqualTo(before);
    }
  }

  /** The peer's program reads nothing, so that the stream has no room for its end. */
  @Test
  void saysByeEvenIfAThreadIsStuckInWriting() throws Exception {
    CompletableFuture<Session> answered = new CompletableFuture<>();
    video.onCall(call -> answered.complete(call.accept()));
    video.register();
    alice.register();
    Session calling = alice.call(VIDEO, RING);
    Session called = answered.get(60, TimeUnit.SECONDS);
    Thread writer =
        new Thread(
            () -> {
              try {
                while (true) {
                  calling.channel().output().write(new byte[64 * 1024]);
                }
              } catch (IOException e) {
                // Broken off.
              }
            });
    writer.start();
    long[] before = {0};
    int[] still = {0};
    until(
        () -> {
          long sent = calling.channel().bytesSent();
          still[0] = sent > 0 && sent == before[0] ? still[0] + 1 : 0;
          before[0] = sent;
          return still[0] == 50;
        });
    calling.close();
    called.ended().get(60, TimeUnit.SECONDS);
    assertThat(count("BYE")).isEqualTo(1);
    writer.join(60_000);
    assertThat(writer.isAlive()).isFalse();
  }

  /** RFC 3261 section 13.2.2.4: acknowledged, and ended at once. */
  @Test
  void letsASecondCalleeGoThatAnswersTheSameCall() throws Exception {
    CompletableFuture<Session> answered = new CompletableFuture<>();
    video.onCall(call -> answered.complete(call.accept()));
    video.register();
    alice.register();
    server.forks = true;
    try (Session calling = alice.call(VIDEO, RING)) {
      until(() -> count("BYE") == 1 && count("ACK") >= 3);
      calling.channel().output().write(42);
      assertThat(answered.get(60, TimeUnit.SECONDS).channel().input().read()).isEqualTo(42);
      assertThat(calling.ended()).isNotDone();
    }
    until(() -> count("BYE") == 2);
  }

  @Test
  void talksWithSeveralAtOnce() throws Exception {
    video.onCall(
        call -> {
          try (Session session = call.accept()) {
            session.channel().input().transferTo(session.channel().output());
            session.channel().endOutput();
            session.ended().join();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    video.register();
    alice.register();
    List<CompletableFuture<byte[]>> echoes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] data = ("caller " + i).repeat(10_000).getBytes(StandardCharsets.US_ASCII);
      CompletableFuture<byte[]> echo = new CompletableFuture<>();
      echoes.add(echo.thenApply(back -> Arrays.equals(back, data) ? back : new byte[0]));
      new Thread(() -> talk(data, echo)).start();
    }
    for (CompletableFuture<byte[]> echo : echoes) {
      assertThat(echo.get(60, TimeUnit.SECONDS)).isNotEmpty();
    }
  }

  private void talk(byte[] data, CompletableFuture<byte[]> echo) {
    try (Session session = alice.call(VIDEO, RING)) {
      CompletableFuture<Void> sent = new CompletableFuture<>();
      new Thread(
              () -> {
                try {
                  session.channel().output().write(data);
                  session.channel().endOutput();
                  sent.complete(null);
                } catch (IOException e) {
                  sent.completeExceptionally(e);
                }
              })
          .start();
      byte[] back = session.channel().input().readAllBytes();
      sent.join();
      echo.complete(back);
    } catch (UserAgentException | InterruptedException | IOException e) {
      echo.completeExceptionally(e);
    }
  }

  @Test
  void answersAChallengeToItsBye() throws Exception {
    CompletableFuture<Session> answered = new CompletableFuture<>();
    video.onCall(call -> answered.complete(call.accept()));
    video.register();
    alice.register();
    Session calling = alice.call(VIDEO, RING);
    Session called = answered.get(60, TimeUnit.SECONDS);
    server.challengesDialogs = true;
    calling.close();
    called.ended().get(60, TimeUnit.SECONDS);
    assertThat(count("BYE")).isEqualTo(2);
  }

  @Test
  void carriesAChannelOnWhileTheServerIsAway() throws Exception {
    video.onCall(
        call -> {
          try (Session session = call.accept()) {
            session.channel().input().transferTo(session.channel().output());
            session.channel().endOutput();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    video.register();
    alice.register();
    try (Session calling = alice.call(VIDEO, RING)) {
      server.close();
      calling.channel().output().write("still here".getBytes(StandardCharsets.US_ASCII));
      calling.channel().endOutput();
      assertThat(calling.channel().input().readAllBytes()).asString().isEqualTo("still here");
    }
  }

  @Test
  void tellsTheCallerThatItDeclinesOrIsBusyOrNotThere() throws Exception {
    video.register();
    alice.register();
    assertReason(Reason.USER_OFFLINE, () -> alice.call(VIDEO, RING));
    video.onCall(IncomingCall::decline);
    assertReason(Reason.DECLINED, () -> alice.call(VIDEO, RING));
    video.onCall(IncomingCall::busy);
    assertReason(Reason.BUSY, () -> alice.call(VIDEO, RING));
    video.onCall(call -> {});
    assertReason(Reason.DECLINED, () -> alice.call(VIDEO, RING));
  }

  @Test
  void takesACallBackThatIsNotAnswered() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Throwable> tooLate = new CompletableFuture<>();
    CountDownLatch decided = new CountDownLatch(1);
    video.onCall(
        call -> {
          asked.countDown();
          decided.await();
          try {
            call.accept();
          } catch (UserAgentException e) {
            tooLate.complete(e);
          }
        });
    video.register();
    alice.register();
    // It has answered a challenge then, and the INVITE goes out but once.
    assertThat(alice.presence(VIDEO)).isEqualTo(Presence.ONLINE);
    assertReason(Reason.NO_ANSWER, () -> alice.call(VIDEO, Duration.ofSeconds(1)));
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
    until(() -> count("CANCEL") == 1);
    // That of the 487, which the callee sends once it knows.
    until(() -> count("ACK") == 1);
    decided.countDown();
    assertThat(tooLate.get(60, TimeUnit.SECONDS)).hasMessageContaining("has taken the call back");
    assertThat(count("BYE")).isZero();
  }

  @Test
  void takesACallBackWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    video.onCall(
        call -> {
          asked.countDown();
          new CountDownLatch(1).await();
        });
    video.register();
    alice.register();
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                alice.call(VIDEO, RING).close();
              } catch (UserAgentException | InterruptedException e) {
                outcome.complete(e);
              }
            });
    caller.start();
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(outcome.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    until(() -> count("CANCEL") == 1);
  }

  @Test
  void endsASessionThatOpensWhileItIsClosed() throws Exception {
    CompletableFuture<Session> answered = new CompletableFuture<>();
    video.onCall(call -> answered.complete(call.accept()));
    video.register();
    CompletableFuture<UserAgent> leaving = new CompletableFuture<>();
    UserAgentListener closing =
        new UserAgentListener() {
          @Override
          public void firstMet(Aor peer, Fingerprint fingerprint) {
            leaving.join().close();
          }
        };
    try (UserAgent hasty = userAgent("alice", "a", SourceAddress.ofSystem(), closing)) {
      hasty.register();
      leaving.complete(hasty);
      assertReason(Reason.INTERRUPTED, () -> hasty.call(VIDEO, RING));
      assertThat(answered.get(60, TimeUnit.SECONDS).channel().input().read()).isEqualTo(-1);
    }
  }

  @Test
  void tellsOfAnAnswerBeforeTheChannelIsOpen() throws Exception {
    video.onCall(call -> call.accept().ended().join());
    video.register();
    List<String> heard = new CopyOnWriteArrayList<>();
    UserAgentListener listening =
        new UserAgentListener() {
          @Override
          public void answered(Aor callee) {
            heard.add("answered by " + callee);
          }

          @Override
          public void firstMet(Aor peer, Fingerprint fingerprint) {
            heard.add("channel to " + peer);
          }
        };
    try (UserAgent caller = userAgent("alice", "a", SourceAddress.ofSystem(), listening)) {
      caller.register();
      caller.call(VIDEO, RING).close();
    }
    assertThat(heard).containsExactly("answered by " + VIDEO, "channel to " + VIDEO);
  }

  /** Throws whatever it is told. */
  private static UserAgentListener throwing(Queue<String> told) {
    return (UserAgentListener)
        Proxy.newProxyInstance(
            UserAgentListener.class.getClassLoader(),
            new Class<?>[] {UserAgentListener.class},
            (proxy, method, arguments) -> {
              told.add(method.getName());
              throw told.size() % 2 == 0
                  ? new IllegalStateException(method.getName())
                  : new AssertionError(method.getName());
            });
  }

  @Test
  void callsGoOnWhateverTheListenerThrows() throws Exception {
    Queue<String> alices = new ConcurrentLinkedQueue<>();
    Queue<String> videos = new ConcurrentLinkedQueue<>();
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    try (UserAgent caller = userAgent("alice", "a", SourceAddress.ofSystem(), throwing(alices));
        UserAgent callee =
            userAgent("video", "v", SourceAddress.ofSystem(), holes.policy(), throwing(videos))) {
      callee.onCall(
          call -> {
            try (Session session = call.accept()) {
              session.channel().input().transferTo(session.channel().output());
              session.channel().endOutput();
              session.ended().join();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      callee.register();
      caller.register();
      try (Session session = caller.call(VIDEO, RING)) {
        session.channel().output().write("still there?".getBytes(StandardCharsets.US_ASCII));
        session.channel().endOutput();
        assertThat(session.channel().input().readAllBytes()).asString().isEqualTo("still there?");
      }
      until(() -> holes.opened() == 1 && holes.open().isEmpty());
      server.cutAll();
      until(() -> alices.stream().filter("registered"::equals).count() >= 2);
    }
    assertThat(alices).contains("registered", "progress", "answered", "firstMet", "unreachable");
    assertThat(videos).contains("registered", "firstMet", "firewall");
  }

  @Test
  void whoCallsHearsThatTheHandlerHasFailed() throws Exception {
    CompletableFuture<Session> accepted = new CompletableFuture<>();
    CountDownLatch connected = new CountDownLatch(1);
    Queue<CallHandler> handlers =
        new ConcurrentLinkedQueue<>(
            List.of(
                call -> {
                  throw new IllegalStateException("no idea what to do");
                },
                call -> {
                  throw new UserAgentException(Reason.TRANSFER, "The disk is full", "Tidy up");
                },
                call -> {
                  accepted.complete(call.accept());
                  connected.await();
                  throw new AssertionError("no idea how to go on");
                }));
    video.onCall(call -> handlers.remove().called(call));
    video.register();
    alice.register();
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> alice.call(VIDEO, RING))
        .withMessageContaining("500");
    assertReason(Reason.USER_OFFLINE, () -> alice.call(VIDEO, RING));
    Session calling = alice.call(VIDEO, RING);
    connected.countDown();
    calling.ended().get(60, TimeUnit.SECONDS);
    accepted.join().ended().get(60, TimeUnit.SECONDS);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> calling.channel().input().readAllBytes());
  }

  @Test
  void whoCallsHearsThatTheCallIsOverWhenSomethingUnexpectedHappensHere() throws Exception {
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    try (UserAgent guarded = behind(holes)) {
      guarded.onCall(IncomingCall::accept);
      guarded.register();
      alice.register();
      holes.failOnce(new IllegalStateException("nobody expects this"));
      assertThatExceptionOfType(UserAgentException.class)
          .isThrownBy(() -> alice.call(VIDEO, RING))
          .withMessageContaining("500");
    }
  }

  private UserAgent behind(RecordedHoles holes) throws Exception {
    return userAgent("video", "v", SourceAddress.ofSystem(), holes.policy(), new Notes());
  }

  @Test
  void hasThePeerLetInForAsLongAsTheSessionLasts() throws Exception {
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    try (UserAgent guarded = behind(holes)) {
      CompletableFuture<Session> answered = new CompletableFuture<>();
      guarded.onCall(call -> answered.complete(call.accept()));
      guarded.register();
      alice.register();
      Session calling = alice.call(VIDEO, RING);
      Session called = answered.get(60, TimeUnit.SECONDS);
      assertThat(holes.open())
          .singleElement()
          .satisfies(
              hole -> {
                assertThat(hole.own()).isEqualTo(called.channel().localAddress());
                assertThat(hole.peer()).isEqualTo(calling.channel().localAddress().getAddress());
              });
      calling.close();
      called.close();
      until(() -> holes.open().isEmpty());
    }
  }

  @Test
  void closesTheHoleWhenThePeerEndsTheCallAndNothingMoves() throws Exception {
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    try (UserAgent guarded = behind(holes)) {
      guarded.onCall(IncomingCall::accept);
      guarded.register();
      alice.register();
      alice.call(VIDEO, RING).close();
      until(() -> holes.opened() == 1 && holes.open().isEmpty());
    }
  }

  @Test
  void closesTheHoleWhenItIsStopped() throws Exception {
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    UserAgent guarded = behind(holes);
    CompletableFuture<Session> answered = new CompletableFuture<>();
    guarded.onCall(call -> answered.complete(call.accept()));
    guarded.register();
    alice.register();
    try (Session calling = alice.call(VIDEO, RING)) {
      assertThat(answered.get(60, TimeUnit.SECONDS).peer()).isEqualTo(ALICE);
      guarded.close();
      assertThat(holes.opened()).isEqualTo(1);
      until(() -> holes.open().isEmpty());
      calling.ended().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void acceptsNoCallOnceItIsStopped() throws Exception {
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    UserAgent guarded = behind(holes);
    CompletableFuture<IncomingCall> ringing = new CompletableFuture<>();
    CountDownLatch stopped = new CountDownLatch(1);
    guarded.onCall(
        call -> {
          ringing.complete(call);
          stopped.await();
        });
    guarded.register();
    alice.register();
    CompletableFuture<Session> calling = inBackground(() -> alice.call(VIDEO, RING));
    IncomingCall call = ringing.get(60, TimeUnit.SECONDS);
    guarded.close();
    assertThat(calling)
        .as("does not ring any more")
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withMessageContaining("is not on line now (480)");
    assertReason(Reason.INTERRUPTED, call::accept);
    assertThat(holes.opened()).isZero();
  }

  /** Accepts calls, and tells why one could not be. */
  private static CompletableFuture<UserAgentException> failureToAccept(UserAgent agent) {
    CompletableFuture<UserAgentException> failure = new CompletableFuture<>();
    agent.onCall(
        call -> {
          try {
            call.accept();
          } catch (UserAgentException e) {
            failure.complete(e);
          }
        });
    return failure;
  }

  @Test
  void closesTheHoleWhenThePeerDoesNotCome() throws Exception {
    timing = IMPATIENT_WITH_PEERS;
    RecordedHoles holes = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    try (UserAgent guarded = behind(holes)) {
      CompletableFuture<UserAgentException> failure = failureToAccept(guarded);
      guarded.register();
      server.ask(
          "video",
          "INVITE",
          "Content-Type: application/sdp\r\n",
          """
          v=0
          o=- 1 1 IN IP6 2001:db8::7
          s=-
          t=0 0
          m=application 9 TCP/TLS m2mx
          c=IN IP6 ::1
          a=setup:active
          a=fingerprint:%s
          """
              .formatted(
                  Device.open(folder.resolve("video.device"), Clock.systemUTC()).fingerprint())
              .replace("\n", "\r\n"));
      UserAgentException noPath = failure.get(60, TimeUnit.SECONDS);
      assertThat(noPath.reason()).isEqualTo(Reason.NO_PATH);
      assertThat(noPath)
          .hasMessageContaining("lets nothing out to here")
          .hasMessageContaining("opened a hole from ::1");
      until(() -> holes.opened() == 1 && holes.open().isEmpty());
    }
  }

  /** Both sides believe that the other will begin, as where neither's packets come through. */
  @Test
  void eachSideHearsWhichFirewallStandsInTheWay() throws Exception {
    timing = IMPATIENT_WITH_PEERS;
    server.tamper = body -> body.replace("a=setup:passive", "a=setup:active");
    try (UserAgent callee = userAgent("video", "v");
        UserAgent caller = userAgent("alice", "a")) {
      CompletableFuture<UserAgentException> failure = failureToAccept(callee);
      callee.register();
      caller.register();
      assertThatExceptionOfType(UserAgentException.class)
          .isThrownBy(() -> caller.call(VIDEO, RING))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_PATH))
          .withMessageContaining("the firewall of " + ALICE + " was not asked to let it in");
      UserAgentException there = failure.get(60, TimeUnit.SECONDS);
      assertThat(there.reason()).isEqualTo(Reason.NO_PATH);
      assertThat(there)
          .hasMessageContaining("the firewall of " + VIDEO + " was not asked to let it in");
      until(() -> count("BYE") >= 1);
    }
  }

  @Test
  void saysThatThePeersSideHasRefused() throws Exception {
    server.tamper =
        body ->
            body.contains("a=setup:passive")
                ? body.replaceFirst("m=application \\d+ TCP", "m=application 1 TCP")
                : body;
    failureToAccept(video);
    video.register();
    alice.register();
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> alice.call(VIDEO, RING))
        .withMessageContaining("No data connection to [::1]:1")
        .withMessageContaining("has answered with a refusal");
  }

  @Test
  void strictlyRefusesACallRatherThanLetAnybodyIn() throws Exception {
    RecordedHoles holes = new RecordedHoles(SourceRestriction.ANY_SOURCE);
    try (UserAgent guarded = behind(holes)) {
      CompletableFuture<UserAgentException> failure = failureToAccept(guarded);
      guarded.register();
      alice.register();
      assertReason(Reason.USER_OFFLINE, () -> alice.call(VIDEO, RING));
      assertThat(failure.get(60, TimeUnit.SECONDS).reason()).isEqualTo(Reason.FIREWALL);
      assertThat(holes.opened()).isZero();
    }
  }

  @Test
  void sendsTextsInTheirOrderAndHearsThatTheyWereTaken() throws Exception {
    Queue<TextMessage> received = new ConcurrentLinkedQueue<>();
    video.onMessage(received::add);
    video.register();
    alice.register();
    alice.send(VIDEO, "Is anybody there?");
    alice.send(VIDEO, "Grüße aus 東京");
    assertThat(received)
        .containsExactly(
            new TextMessage(ALICE, "Is anybody there?"), new TextMessage(ALICE, "Grüße aus 東京"));
  }

  @Test
  void hearsThatATextWasNotTaken() throws Exception {
    alice.register();
    assertReason(Reason.USER_OFFLINE, () -> alice.send(VIDEO, "hello"));
    video.register();
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> alice.send(VIDEO, "hello"))
        .withMessageContaining("takes no text messages (405");
    video.onMessage(
        message -> {
          throw new IllegalStateException("the screen is gone");
        });
    assertReason(Reason.USER_OFFLINE, () -> alice.send(VIDEO, "hello"));
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> alice.send(VIDEO, "é".repeat(3000)))
        .withMessageContaining("6000 octets");
    server.permissions.clear();
    assertReason(Reason.USER_UNKNOWN, () -> alice.send(VIDEO, "hello"));
  }

  @Test
  void looksWhoIsThereWithoutRegistering() throws Exception {
    alice.connect();
    assertThat(alice.registeredDevices()).isEmpty();
    assertThat(alice.presence(VIDEO)).isEqualTo(Presence.OFFLINE);
    video.register();
    assertThat(alice.presence(VIDEO)).isEqualTo(Presence.ONLINE);
    assertReason(Reason.USER_UNKNOWN, () -> alice.presence(new Aor("nobody", TestServer.DOMAIN)));
    assertThat(server.isRegistered("alice")).isFalse();
    assertThat(video.registeredDevices())
        .singleElement()
        .satisfies(
            device -> {
              assertThat(device.contact()).isEqualTo(server.contact("video"));
              assertThat(device.isThisDevice()).isTrue();
              assertThat(device.expires()).isEqualTo(Duration.ofSeconds(600));
            });
  }

  @Test
  void knowsOfNoSubscriptionButItsOwn() throws Exception {
    video.register();
    assertThat(server.ask("video", "NOTIFY", "Event: presence\r\nSubscription-State: active\r\n"))
        .startsWith("SIP/2.0 481 ");
  }

  @Test
  void saysThatItMustRegisterFirst() {
    assertReason(Reason.SERVER_UNREACHABLE, () -> alice.call(VIDEO, RING));
  }

  @Test
  void refusesWhatItDoesNotDoByTheBook() throws Exception {
    video.register();
    assertThat(server.ask("video", "MESSAGE", "")).startsWith("SIP/2.0 405 ").contains("\nAllow:");
    assertThat(server.ask("video", "OPTIONS", ""))
        .startsWith("SIP/2.0 200 ")
        .contains("\nAccept: application/sdp");
    video.onMessage(message -> {});
    assertThat(server.ask("video", "MESSAGE", "Content-Type: text/html\r\n", "x"))
        .startsWith("SIP/2.0 415 ")
        .contains("\nAccept: text/plain");
    assertThat(server.ask("video", "OPTIONS", "")).contains("\nAllow:", "MESSAGE");
    assertThat(server.ask("video", "BYE", "")).startsWith("SIP/2.0 481 ");
    assertThat(server.ask("video", "INVITE", "")).startsWith("SIP/2.0 488 ").contains("\nWarning:");
    assertThat(server.ask("video", "INVITE", "Require: 100rel, gruu\r\n"))
        .startsWith("SIP/2.0 420 ")
        .contains("\nUnsupported: 100rel", "gruu");
    assertThat(server.ask("video", "INVITE", "Content-Type: text/plain\r\n", "x"))
        .startsWith("SIP/2.0 415 ")
        .contains("\nAccept: application/sdp");
  }
}
