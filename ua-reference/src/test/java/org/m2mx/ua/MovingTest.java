package org.m2mx.ua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import org.m2mx.ua.testserver.TestServer;

/** Sessions whose one side gets another address, loses the server, or sleeps. */
@Timeout(120)
class MovingTest {
  private static final Aor VIDEO = new Aor("video", TestServer.DOMAIN);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Timing QUICK =
      new Timing(
          Duration.ofSeconds(20),
          Duration.ofMinutes(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofSeconds(40));

  private static Certificates.Identity authority;
  private static Certificates.Identity identity;

  @TempDir Path folder;
  private final AtomicReference<InetAddress> here = new AtomicReference<>();
  private final AtomicReference<Duration> slept = new AtomicReference<>(Duration.ZERO);
  private final RecordedHoles videosHoles = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
  private final RecordedHoles alicesHoles = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
  private final BlockingQueue<Session> moved = new LinkedBlockingQueue<>();
  private final BlockingQueue<UserAgentException> notMoved = new LinkedBlockingQueue<>();
  private final BlockingQueue<Session> answered = new LinkedBlockingQueue<>();
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
            SourceAddress.ofSystem(),
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
              public void notMoved(Session session, UserAgentException cause) {
                notMoved.add(cause);
              }
            });
    video.onCall(call -> answered.add(call.accept()));
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
    return new UserAgent(account, device, QUICK, clock, source, holes, listener);
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
