package org.m2mx.ua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.ua.testing.Background.inBackground;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.RecordedHoles;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.CuttingProxy;
import org.m2mx.ua.testserver.TestServer;

/** Sessions whose one side gets another address, loses the server, or sleeps. */
@Timeout(120)
class MovingTest {
  private static final Aor VIDEO = new Aor("video", TestServer.DOMAIN);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final InetAddress ELSEWHERE = address("127.0.0.2");

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Timing quick(Duration patience) {
    return new Timing(
        Duration.ofSeconds(20),
        Duration.ofMinutes(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(400),
        Duration.ofSeconds(40),
        Duration.ofMillis(100),
        patience);
  }

  private static Certificates.Identity authority;
  private static Certificates.Identity identity;

  @TempDir Path folder;
  private final AtomicReference<InetAddress> here = new AtomicReference<>();
  private final AtomicReference<InetAddress> alicesHere = new AtomicReference<>();
  private final AtomicReference<Duration> slept = new AtomicReference<>(Duration.ZERO);
  private final RecordedHoles videosHoles = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
  private final RecordedHoles alicesHoles = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
  private final BlockingQueue<Session> moved = new LinkedBlockingQueue<>();
  private final BlockingQueue<UserAgentException> notMoved = new LinkedBlockingQueue<>();
  private final BlockingQueue<Session> answered = new LinkedBlockingQueue<>();
  private final ChannelTerms resumable = new ChannelTerms(DataProtocol.USUAL, true);
  private final BlockingQueue<UserAgentException> later = new LinkedBlockingQueue<>();
  private Timing timing = quick(PATIENCE);
  private TestServer server;
  private UserAgent alice;
  private UserAgent video;

  @BeforeAll
  static void issue() throws Exception {
    authority = Certificates.authority("test root");
    identity = Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1));
  }

  @BeforeEach
  void start() throws Exception {
    here.set(InetAddress.getByName("::1"));
    server = new TestServer(identity, InetAddress.getByName("::1"));
    server.users.put("alice", "a");
    server.users.put("video", "v");
    server.permissions.add("alice>video");
    InstantSource late = () -> Instant.now().plus(slept.get());
    alice =
        userAgent(
            "alice",
            "a",
            Clock.systemUTC(),
            destination ->
                alicesHere.get() == null
                    ? SourceAddress.ofSystem().towards(destination)
                    : alicesHere.get(),
            alicesHoles.policy(),
            new UserAgentListener() {
              @Override
              public void moved(Session session) {
                moved.add(session);
              }
            });
    video =
        userAgent(
            "video",
            "v",
            late.withZone(ZoneOffset.UTC),
            destination -> here.get(),
            videosHoles.policy(),
            new UserAgentListener() {
              @Override
              public void followsLater(Session session, UserAgentException cause, Duration retry) {
                later.add(cause);
              }

              @Override
              public void notMoved(Session session, UserAgentException cause) {
                notMoved.add(cause);
              }
            });
    video.onCall(call -> answered.add(call.accept(resumable)));
    video.register();
    alice.register();
  }

  private UserAgent userAgent(
      String user,
      String password,
      Clock clock,
      SourceAddress source,
      FirewallPolicy holes,
      UserAgentListener listener)
      throws Exception {
    Account account =
        AccountFile.read(
            Accounts.write(folder, user, password, "[::1]:" + server.port(), authority));
    Device device = Device.open(folder.resolve(user + ".device"), Clock.systemUTC());
    return new UserAgent(account, device, timing, clock, source, holes, listener);
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    video.close();
    server.close();
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static <T> T taken(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(next).as("in time").isNotNull();
    return next;
  }

  private void go(String address) throws IOException {
    here.set(InetAddress.getByName(address));
  }

  /** Packets may be lost, but not on loopback. */
  private static void exchange(DataChannel from, DataChannel to) throws IOException {
    from.output().write("hello".getBytes(StandardCharsets.US_ASCII));
    assertThat(to.input().readNBytes(5)).asString().isEqualTo("hello");
  }

  private long count(String method) {
    return server.requests.stream().filter(line -> line.startsWith(method + " ")).count();
  }

  @ParameterizedTest
  @EnumSource(names = {"TCP_TLS", "UDP_DTLS"})
  void theSessionFollowsTheSideThatMoves(DataProtocol protocol) throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE, List.of(protocol));
    Session called = taken(answered);
    DataChannel first = called.channel();
    DataChannel firstThere = calling.channel();
    exchange(firstThere, first);
    assertThat(videosHoles.open()).as("video waits for alice").hasSize(1);

    go("127.0.0.2");

    DataChannel second = called.next(first, PATIENCE).orElseThrow();
    DataChannel secondThere = calling.next(firstThere, PATIENCE).orElseThrow();
    assertThat(second.localAddress().getAddress()).isEqualTo(here.get());
    assertThat(secondThere.remoteAddress().getAddress()).isEqualTo(here.get());
    exchange(second, secondThere);
    exchange(secondThere, second);
    assertThat(taken(moved)).isSameAs(calling);
    until(() -> videosHoles.open().isEmpty());

    go("::1");

    DataChannel third = called.next(second, PATIENCE).orElseThrow();
    DataChannel thirdThere = calling.next(secondThere, PATIENCE).orElseThrow();
    exchange(third, thirdThere);
    InetSocketAddress listening = thirdThere.localAddress();
    assertThat(alicesHoles.open())
        .as("now alice waits for video")
        .singleElement()
        .satisfies(
            hole -> {
              assertThat(hole.own()).isEqualTo(listening);
              assertThat(hole.peer()).isEqualTo(here.get());
            });
    calling.close();
    called.ended().get(60, TimeUnit.SECONDS);
    until(() -> alicesHoles.open().isEmpty());
    called.close();
    assertThat(count("BYE")).isEqualTo(1);
  }

  /** Sends random octets until told to stop, and then the end; returns their SHA-256. */
  private static CompletableFuture<String> send(DataChannel to, AtomicBoolean enough) {
    return inBackground(
        () -> {
          Random random = new Random();
          MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
          byte[] piece = new byte[20_000];
          while (!enough.get()) {
            random.nextBytes(piece);
            sha256.update(piece);
            to.output().write(piece);
          }
          to.endOutput();
          assertThat(to.awaitTaken(PATIENCE)).isTrue();
          return HexFormat.of().formatHex(sha256.digest());
        });
  }

  private static CompletableFuture<String> receive(DataChannel from) {
    return inBackground(
        () -> {
          MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
          from.input().transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
          return HexFormat.of().formatHex(sha256.digest());
        });
  }

  /** Both directions in full flow, while first one side moves and then the other. */
  @Test
  void nothingOfAStreamIsLostWhenEitherSideMoves() throws Exception {
    DataChannel there = alice.call(VIDEO, PATIENCE, resumable).channel();
    DataChannel back = taken(answered).channel();
    assertThat(there.isResumable() && back.isResumable()).isTrue();
    AtomicBoolean enough = new AtomicBoolean();
    int next = 2;
    CompletableFuture<String> sentThere = send(there, enough);
    CompletableFuture<String> sentBack = send(back, enough);
    CompletableFuture<String> gotThere = receive(back);
    CompletableFuture<String> gotBack = receive(there);
    for (AtomicReference<InetAddress> mover : List.of(here, alicesHere, here)) {
      long before = Math.min(there.bytesReceived(), back.bytesReceived());
      until(() -> Math.min(there.bytesReceived(), back.bytesReceived()) > before + 1_000_000);
      mover.set(address("127.0.0." + next++));
      until(() -> back.localAddress().getAddress().equals(here.get()));
      until(
          () ->
              alicesHere.get() == null
                  || there.localAddress().getAddress().equals(alicesHere.get()));
    }
    long before = there.bytesReceived();
    until(() -> there.bytesReceived() > before + 6_000_000);
    assertThat(back.localAddress().getAddress()).isEqualTo(here.get());
    assertThat(there.localAddress().getAddress()).isEqualTo(alicesHere.get());
    enough.set(true);
    assertThat(gotThere.get(60, TimeUnit.SECONDS)).isEqualTo(sentThere.get(60, TimeUnit.SECONDS));
    assertThat(gotBack.get(60, TimeUnit.SECONDS)).isEqualTo(sentBack.get(60, TimeUnit.SECONDS));
    assertThat(back.bytesReceived()).isEqualTo(there.bytesSent());
  }

  /**
   * A gateway that forgets its flows resets what still comes by them; and the server refuses at
   * first what either side asks for then.
   */
  @Test
  void aStreamGoesOnByAnotherConnectionWhenOneIsCut() throws Exception {
    try (CuttingProxy proxy = new CuttingProxy(here.get(), 300_000)) {
      server.tamper = sdp -> throughProxy(sdp, proxy);
      Session calling = alice.call(VIDEO, PATIENCE, resumable);
      DataChannel there = calling.channel();
      DataChannel back = taken(answered).channel();
      byte[] octets = new byte[1_000_000];
      new Random(1).nextBytes(octets);
      long before = count("INVITE");
      server.refusals.put("INVITE", 503);
      CompletableFuture<byte[]> got = inBackground(() -> back.input().readNBytes(octets.length));
      there.output().write(octets);
      until(() -> count("INVITE") >= before + 2);
      server.refusals.remove("INVITE");
      assertThat(got.get(60, TimeUnit.SECONDS)).isEqualTo(octets);
      exchange(back, there);
      assertThat(proxy.connections()).isEqualTo(2);
      assertThat(taken(moved)).isSameAs(calling);
    }
  }

  /** The port of an answer, which is passive. */
  private static String throughProxy(String sdp, CuttingProxy proxy) {
    Matcher port = Pattern.compile("m=application (\\d+) TCP").matcher(sdp);
    return sdp.contains("a=setup:passive") && port.find()
        ? port.replaceFirst("m=application " + proxy.to(Integer.parseInt(port.group(1))) + " TCP")
        : sdp;
  }

  @Test
  void aStreamEndsWithItsConnectionWhereThePeerKnowsNothingElse() throws Exception {
    server.tamper = sdp -> sdp.replaceAll("a=m2mx-resume:.*\r\n", "");
    Session calling = alice.call(VIDEO, PATIENCE, resumable);
    DataChannel first = calling.channel();
    DataChannel firstThere = taken(answered).channel();
    assertThat(first.isResumable() || firstThere.isResumable()).isFalse();
    exchange(first, firstThere);

    here.set(ELSEWHERE);

    DataChannel second = calling.next(first, PATIENCE).orElseThrow();
    assertThat(second.isResumable()).isFalse();
    assertThat(second.remoteAddress().getAddress()).isEqualTo(ELSEWHERE);
  }

  /** To go on without it would be to lose something; and a stream that breaks off has not ended. */
  @Test
  void aStreamDoesNotGoOnWithAPeerThatHasForgottenHow() throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE, resumable);
    Session called = taken(answered);
    exchange(calling.channel(), called.channel());
    server.tamper = sdp -> sdp.replaceAll("a=m2mx-resume:.*\r\n", "");

    here.set(ELSEWHERE);

    assertThat(taken(notMoved)).hasMessageContaining("goes on with a=m2mx-resume only");
    calling.ended().get(60, TimeUnit.SECONDS);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> calling.channel().input().read());
  }

  @Test
  void theSessionStaysWhereThePeerWantsItToStay() throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE);
    Session called = taken(answered);
    DataChannel channel = called.channel();
    server.refusals.put("INVITE", 488);

    go("127.0.0.2");

    assertThat(taken(notMoved)).hasMessageContaining("488").hasMessageContaining("old address");
    assertThat(called.channel()).isSameAs(channel);
    exchange(channel, calling.channel());
    assertThat(called.ended()).isNotDone();
    assertThat(videosHoles.open()).hasSize(1);
  }

  /**
   * The peer has no connection to the server for a while, or one that has broken without a word.
   */
  @ParameterizedTest
  @ValueSource(ints = {408, 430})
  void itTriesAgainWhereThePeerCannotBeReachedForNow(int status) throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE, List.of(DataProtocol.UDP_DTLS));
    Session called = taken(answered);
    DataChannel first = called.channel();
    DataChannel firstThere = calling.channel();
    server.refusals.put("INVITE", status);

    go("127.0.0.2");

    assertThat(taken(later)).hasMessageContaining(String.valueOf(status));
    server.refusals.remove("INVITE");
    DataChannel second = called.next(first, PATIENCE).orElseThrow();
    exchange(calling.next(firstThere, PATIENCE).orElseThrow(), second);
    assertThat(second.localAddress().getAddress()).isEqualTo(here.get());
    assertThat(notMoved).isEmpty();
  }

  /** The peer's user agent stumbles, and takes the next re-INVITE all the same. */
  @Test
  void itTriesAgainWhereThePeerHasFailedToAnswer() throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE);
    Session called = taken(answered);
    DataChannel first = called.channel();
    DataChannel firstThere = calling.channel();
    go("127.0.0.2");
    DataChannel second = called.next(first, PATIENCE).orElseThrow();
    DataChannel secondThere = calling.next(firstThere, PATIENCE).orElseThrow();
    alicesHoles.failOnce(new IllegalStateException("no holes today"));

    go("::1");

    until(() -> later.stream().anyMatch(cause -> cause.getMessage().contains("500")));
    exchange(
        called.next(second, PATIENCE).orElseThrow(),
        calling.next(secondThere, PATIENCE).orElseThrow());
    assertThat(notMoved).isEmpty();
  }

  @Test
  void aSessionWhosePeerStaysSilentIsOver() throws Exception {
    stop();
    timing = quick(Duration.ofMillis(600));
    start();
    Session calling = alice.call(VIDEO, PATIENCE);
    Session called = taken(answered);
    server.refusals.put("INVITE", 408);

    go("127.0.0.2");

    assertThat(taken(notMoved)).hasMessageContaining("does not answer");
    called.ended().get(60, TimeUnit.SECONDS);
    calling.ended().get(60, TimeUnit.SECONDS);
    assertThat(later).isNotEmpty();
    assertThat(count("BYE")).isEqualTo(1);
  }

  /** The peer has accepted, and waits at a place of which the side that moves does not know. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamGoesOnWhenTheAnswerToAReInviteIsLost(boolean byAMove) throws Exception {
    DataChannel there = alice.call(VIDEO, PATIENCE, resumable).channel();
    DataChannel back = taken(answered).channel();
    exchange(there, back);
    AtomicReference<String> lostAt = new AtomicReference<>();
    server.outgoing =
        message -> {
          if (!message.startsWith("SIP/2.0 200") || !message.contains("m=application")) {
            return message;
          }
          String contact = server.contact("video");
          if (!lostAt.compareAndSet(null, contact)) {
            // Alice repeats it until it is acknowledged.
            return contact.equals(lostAt.get()) ? "" : message;
          }
          if (byAMove) {
            here.set(address("127.0.0.3"));
          } else {
            cutVideo();
          }
          return "";
        };

    here.set(ELSEWHERE);

    taken(moved);
    exchange(back, there);
    exchange(there, back);
    assertThat(lostAt).doesNotHaveNullValue();
    assertThat(back.localAddress().getAddress()).isEqualTo(here.get());
    assertThat(notMoved).isEmpty();
    assertThat(count("BYE")).isZero();
  }

  private void cutVideo() {
    try {
      server.cut("video");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSessionThatThePeerKnowsNothingOfIsOver() throws Exception {
    alice.call(VIDEO, PATIENCE);
    Session called = taken(answered);
    server.refusals.put("INVITE", 481);

    go("127.0.0.2");

    assertThat(taken(notMoved)).hasMessageContaining("the session is over");
    called.ended().get(60, TimeUnit.SECONDS);
    assertThat(called.next(called.channel(), Duration.ZERO)).isEmpty();
    until(() -> videosHoles.open().isEmpty());
  }

  /** Where both move at once, one of them tries again (RFC 3261 section 14.1). */
  @Test
  void itTriesAgainWhenTheOtherWasAboutToMove() throws Exception {
    alice.call(VIDEO, PATIENCE);
    Session called = taken(answered);
    DataChannel first = called.channel();
    long before = count("INVITE");
    server.refusals.put("INVITE", 491);

    go("127.0.0.2");

    until(() -> count("INVITE") > before);
    server.refusals.remove("INVITE");
    assertThat(called.next(first, PATIENCE)).isPresent();
  }

  @Test
  void aSessionIsHeldAcrossALostConnectionToTheServer() throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE);
    Session called = taken(answered);
    DataChannel channel = called.channel();
    String contact = server.contact("video");
    long before = count("ACK");

    server.cut("video");

    until(() -> !server.contact("video").equals(contact));
    until(() -> count("ACK") > before);
    exchange(channel, calling.channel());
    assertThat(called.channel()).isSameAs(channel);
    calling.close();
    called.ended().get(60, TimeUnit.SECONDS);
  }

  @Test
  void itRegistersAnewAfterASleepAndAsksWhetherThePeerIsStillThere() throws Exception {
    alice.call(VIDEO, PATIENCE);
    taken(answered);
    String before = server.contact("video");
    int renewals = videosHoles.renewals();

    slept.set(Duration.ofHours(1));

    until(() -> !server.contact("video").equals(before));
    until(() -> count("INVITE") >= 3);
    until(() -> videosHoles.renewals() > renewals);
  }

  @Test
  void itsHolesAreRenewedAfterASleepThoughTheServerIsAway() throws Exception {
    alice.call(VIDEO, PATIENCE);
    taken(answered);
    int renewals = videosHoles.renewals();

    slept.set(Duration.ofHours(1));
    server.close();

    until(() -> videosHoles.renewals() > renewals);
  }

  @Test
  void nobodyWaitsForASuccessorInVain() throws Exception {
    Session calling = alice.call(VIDEO, PATIENCE);
    assertThat(calling.next(calling.channel(), Duration.ofMillis(50))).isEmpty();
    CompletableFuture<Optional<DataChannel>> waiting = new CompletableFuture<>();
    DataChannel channel = calling.channel();
    new Thread(
            () -> {
              try {
                waiting.complete(calling.next(channel, PATIENCE));
              } catch (InterruptedException e) {
                waiting.completeExceptionally(e);
              }
            })
        .start();
    taken(answered).close();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEmpty();
  }
}
