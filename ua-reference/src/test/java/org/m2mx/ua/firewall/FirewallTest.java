package org.m2mx.ua.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.ua.testing.Background.inBackground;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.ua.firewall.FirewallNotice.Kind;
import org.threeten.extra.MutableClock;

/** Which firewall is asked, and how long its holes are kept. */
@Timeout(180)
class FirewallTest {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Duration lease = LEASE;
  private final Queue<FirewallNotice> notices = new ConcurrentLinkedQueue<>();
  private final AtomicInteger searches = new AtomicInteger();
  private final MutableClock clock = MutableClock.of(Instant.EPOCH, ZoneOffset.UTC);
  private volatile Runnable restart;
  private Firewall firewall;

  /** A firewall that counts. */
  private static final class Counting implements FirewallControl {
    private final SourceRestriction restriction;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger renewals = new AtomicInteger();
    private final Map<Integer, Integer> renewalsByPort = new ConcurrentHashMap<>();
    private volatile boolean refuses;
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private volatile InetSocketAddress outside;

    Counting(SourceRestriction restriction) {
      this.restriction = restriction;
    }

    @Override
    public String describe() {
      return "firewall for " + restriction;
    }

    @Override
    public SourceRestriction restriction() {
      return restriction;
    }

    private void check() throws FirewallException {
      if (refuses) {
        throw new FirewallException("not today");
      }
    }

    @Override
    public Pinhole open(PinholeRequest request) throws FirewallException {
      check();
      open.incrementAndGet();
      awaitOrEnd(answers);
      return new Pinhole() {
        @Override
        public Duration lease() {
          return request.lease();
        }

        @Override
        public InetSocketAddress outside() {
          return outside == null ? request.own() : outside;
        }

        @Override
        public void renew() throws FirewallException {
          check();
          renewalsByPort.merge(request.own().getPort(), 1, Integer::sum);
          renewals.incrementAndGet();
        }

        @Override
        public void close() throws FirewallException {
          check();
          open.decrementAndGet();
        }
      };
    }
  }

  /** Sees that there is something, and cannot use it. */
  private static final class Blind implements FirewallFinder {
    @Override
    public String method() {
      return "PCP";
    }

    @Override
    public Optional<FirewallControl> find(InetAddress own) throws FirewallException {
      throw new FirewallException("the router is asleep");
    }
  }

  /** Is there, or is switched off. */
  private static final class Switched implements FirewallFinder {
    private final FirewallControl control;
    private final AtomicInteger searches = new AtomicInteger();
    private volatile boolean on;
    private volatile boolean puzzled;

    Switched(FirewallControl control, boolean on) {
      this.control = control;
      this.on = on;
    }

    @Override
    public String method() {
      return control.describe();
    }

    @Override
    public Optional<FirewallControl> find(InetAddress own) {
      searches.incrementAndGet();
      if (puzzled) {
        throw new IllegalStateException("what is this?");
      }
      return on ? Optional.of(control) : Optional.empty();
    }
  }

  private final Counting coarse = new Counting(SourceRestriction.ANY_SOURCE);
  private final Counting tight = new Counting(SourceRestriction.PEER_ADDRESS);

  private void firewall(SourceRestriction coarsest, FirewallControl... there) {
    List<FirewallFinder> finders =
        List.of(there).stream()
            .<FirewallFinder>map(
                control ->
                    new FirewallFinder() {
                      @Override
                      public String method() {
                        return control.describe();
                      }

                      @Override
                      public Optional<FirewallControl> find(InetAddress own) {
                        searches.incrementAndGet();
                        return Optional.of(control);
                      }
                    })
            .toList();
    start(new FirewallPolicy(finders, coarsest, lease));
  }

  private void start(FirewallPolicy policy) {
    start(policy, new Directly());
  }

  /** Whoever asks for a search has seen its end. */
  private static final class Directly extends AbstractExecutorService {
    private volatile boolean ended;

    @Override
    public void execute(Runnable search) {
      search.run();
    }

    @Override
    public void shutdown() {
      ended = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown();
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return ended;
    }

    @Override
    public boolean isTerminated() {
      return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return ended;
    }
  }

  private void start(FirewallPolicy policy, ExecutorService searching) {
    firewall =
        new Firewall(
            policy,
            Thread::new,
            searching,
            clock,
            notices::add,
            (own, restarted) -> {
              restart = restarted;
              return () -> restart = null;
            },
            PATIENCE);
  }

  @AfterEach
  void stop() {
    firewall.close();
  }

  private SessionHole open() throws Exception {
    return open(4242);
  }

  private SessionHole open(int port) throws Exception {
    return firewall.open(
        TransportProtocol.TCP,
        new InetSocketAddress("2001:db8::1", port),
        InetAddress.getByName("2001:db8::7"),
        OptionalInt.empty());
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static void awaitOrEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Kind> kinds() {
    return notices.stream().map(FirewallNotice::kind).toList();
  }

  @Test
  void asksTheTightestAndSaysSo() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, coarse, tight);
    SessionHole hole = open();
    assertThat(tight.open).hasValue(1);
    assertThat(coarse.open).hasValue(0);
    assertThat(notices.element().text())
        .isEqualTo(
            "firewall: firewall for PEER_ADDRESS opened a hole from 2001:db8::7 to TCP port 4242,"
                + " lease 2 s");
    hole.close();
    hole.close();
    firewall.close();
    assertThat(kinds()).containsExactly(Kind.OPENED, Kind.CLOSED);
    assertThat(tight.open).hasValue(0);
  }

  @Test
  void renewsAtOnceWhenAGatewayHasRestarted() throws Exception {
    lease = Duration.ofHours(1);
    firewall(SourceRestriction.ANY_SOURCE, tight);
    open();
    assertThat(tight.renewals).hasValue(0);
    restart.run();
    until(() -> tight.renewals.get() == 1);
    restart.run();
    until(() -> tight.renewals.get() == 2);
    firewall.close();
    assertThat(restart).as("listens no more").isNull();
  }

  @Test
  void asksTheNextWhereOneRefuses() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, coarse, tight);
    tight.refuses = true;
    open();
    assertThat(coarse.open).hasValue(1);
    assertThat(notices.element().text())
        .contains("opened a hole from anybody to TCP port 4242, since it cannot restrict one");
  }

  @Test
  void renewsAtHalfTheLeaseAndGoesOnAfterAFailure() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, tight);
    long opened = System.nanoTime();
    open();
    until(() -> tight.renewals.get() >= 1);
    assertThat(Duration.ofNanos(System.nanoTime() - opened))
        .isGreaterThanOrEqualTo(Duration.ofMillis(900));
    tight.refuses = true;
    until(() -> kinds().contains(Kind.FAILED));
    tight.refuses = false;
    until(() -> tight.renewals.get() >= 2);
    assertThat(kinds()).containsExactly(Kind.OPENED, Kind.FAILED);
  }

  @Test
  void stopsRenewingWhatIsClosed() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, tight);
    open().close();
    until(() -> kinds().contains(Kind.CLOSED));
    tight.renewalsByPort.clear();
    open(4243);
    until(() -> tight.renewalsByPort.getOrDefault(4243, 0) >= 2);
    assertThat(tight.renewalsByPort).containsOnlyKeys(4243);
  }

  /** As tunnels do, which all have the IKE daemon's port. */
  @Test
  void sessionsWithTheSamePortAndPeerShareAHole() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, tight);
    SessionHole first = open();
    SessionHole second = open();
    assertThat(tight.open).hasValue(1);
    assertThat(second.evidence()).isEqualTo(first.evidence());
    first.close();
    first.close();
    SessionHole third = open();
    second.close();
    restart.run();
    until(() -> tight.renewals.get() > 0);
    assertThat(tight.open).hasValue(1);
    assertThat(kinds()).containsExactly(Kind.OPENED);
    third.close();
    SessionHole fourth = open();
    assertThat(tight.open).as("opened after the other was closed").hasValue(1);
    assertThat(kinds()).containsExactly(Kind.OPENED, Kind.CLOSED, Kind.OPENED);
    fourth.close();
    until(() -> tight.open.get() == 0);
  }

  @Test
  void sharesNoHoleWhoseRenewalsFail() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, tight);
    open();
    tight.refuses = true;
    until(() -> kinds().contains(Kind.FAILED));
    assertThat(open().evidence().orElseThrow().kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void closesAllHolesAtTheEnd() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, tight);
    open();
    open(4243);
    firewall.close();
    until(() -> tight.open.get() == 0);
    assertThat(searches).as("found once").hasValue(1);
  }

  @Test
  void aHoleThatComesAboutWhileItIsClosedIsClosedToo() throws Exception {
    firewall(SourceRestriction.ANY_SOURCE, coarse, tight);
    open();
    tight.answers = new CountDownLatch(1);
    CompletableFuture<SessionHole> opening = inBackground(() -> open(4243));
    until(() -> tight.open.get() == 2);
    CompletableFuture<Integer> left =
        inBackground(
            () -> {
              firewall.close();
              return tight.open.get();
            });
    until(() -> kinds().contains(Kind.CLOSED));
    tight.answers.countDown();
    assertThat(opening)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(FirewallClosedException.class);
    assertThat(left).as("open after the end").succeedsWithin(PATIENCE).isEqualTo(0);
    assertThat(kinds()).containsExactly(Kind.OPENED, Kind.CLOSED, Kind.OPENED, Kind.CLOSED);
  }

  @Test
  void opensNothingOnceItIsClosed() throws Exception {
    start(
        new FirewallPolicy(List.of(new Switched(tight, true)), SourceRestriction.ANY_SOURCE, lease),
        Executors.newCachedThreadPool());
    firewall.close();
    InetAddress own = InetAddress.getByName("2001:db8::1");
    firewall.prepare(own);
    firewall.renewAtOnce();
    List<ThrowingCallable> ways =
        List.of(
            this::open,
            this::map,
            () -> firewall.openInside(own, new InetSocketAddress("fd00::1", 27954), own));
    assertThat(ways)
        .allSatisfy(
            way ->
                assertThatExceptionOfType(FirewallClosedException.class)
                    .isThrownBy(way)
                    .withMessageContaining("the user agent was closed"));
    assertThat(notices).isEmpty();
  }

  private SessionHole map() throws Exception {
    return firewall.map(TransportProtocol.UDP, new InetSocketAddress("192.168.2.10", 4242));
  }

  @Test
  void borrowsAPortForAnybodyAndSaysWhereItIs() throws Exception {
    coarse.outside = new InetSocketAddress("203.0.113.9", 5000);
    firewall(SourceRestriction.ANY_SOURCE, coarse);
    SessionHole hole = map();
    assertThat(hole.outside()).hasValue(coarse.outside);
    assertThat(notices.element().text())
        .isEqualTo(
            "firewall: firewall for ANY_SOURCE opened a hole from anybody to UDP port 4242, found"
                + " outside at 203.0.113.9:5000, since it cannot restrict one to the peer, lease 2 s");
    hole.close();
    until(() -> coarse.open.get() == 0);
  }

  @Test
  void warnsOfASecondTranslation() throws Exception {
    coarse.outside = new InetSocketAddress("100.64.3.2", 5000);
    firewall(SourceRestriction.ANY_SOURCE, coarse);
    map();
    assertThat(notices.element().text()).contains("100.64.3.2:5000, which is no public address");
  }

  @Test
  void strictlyBorrowsNoPort() {
    firewall(SourceRestriction.PEER_ADDRESS, coarse);
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(this::map)
        .withMessageContaining("from anybody to UDP port 4242")
        .withMessageContaining("cannot restrict a hole to the peer");
    assertThat(coarse.open).hasValue(0);
  }

  @Test
  void saysThatNobodyLendsAPort() throws Exception {
    start(new FirewallPolicy(List.of(new Blind()), SourceRestriction.ANY_SOURCE, LEASE));
    assertThat(map().outside()).isEmpty();
    assertThat(notices.element().text())
        .contains("(PCP)", "192.168.2.10:4242 is no address that peers outside can reach");
  }

  @Test
  void strictlyGivesUpRatherThanOpenACoarserHole() {
    firewall(SourceRestriction.PEER_ADDRESS, coarse);
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(this::open)
        .withMessageContaining("cannot restrict a hole to the peer");
    assertThat(coarse.open).hasValue(0);
  }

  @Test
  void searchesAgainWhenTheOneFoundRefuses() throws Exception {
    lease = Duration.ofHours(1);
    firewall(SourceRestriction.ANY_SOURCE, tight);
    open();
    tight.refuses = true;
    assertThat(open(4243).evidence())
        .hasValueSatisfying(no -> assertThat(no.kind()).isEqualTo(Kind.FAILED));
    assertThat(searches).hasValue(2);
    assertThat(notices.stream().reduce((a, b) -> b).orElseThrow().text())
        .contains("no hole from 2001:db8::7", "not today");
  }

  @Test
  void looksForATighterOneAfterAWhileAndHasItForTheNextSession() throws Exception {
    lease = Duration.ofHours(1);
    Switched late = new Switched(tight, false);
    start(
        new FirewallPolicy(
            List.of(new Switched(coarse, true), late), SourceRestriction.ANY_SOURCE, lease));
    open();
    late.on = true;
    clock.add(Firewall.CONTENT.minusSeconds(1));
    open(4243);
    assertThat(coarse.open).hasValue(2);
    assertThat(late.searches).as("content for a while").hasValue(1);
    clock.add(Duration.ofSeconds(1));
    open(4244);
    assertThat(coarse.open).as("does not wait").hasValue(3);
    assertThat(late.searches).hasValue(2);
    open(4245);
    assertThat(tight.open).hasValue(1);
    clock.add(Firewall.CONTENT);
    open(4241);
    assertThat(late.searches).as("nothing is tighter").hasValue(2);
  }

  @Test
  void aFinderThatIsPuzzledIsNoneAndSaysSo() throws Exception {
    lease = Duration.ofHours(1);
    Switched late = new Switched(tight, false);
    start(
        new FirewallPolicy(
            List.of(new Switched(coarse, true), late), SourceRestriction.ANY_SOURCE, lease));
    late.puzzled = true;
    open();
    assertThat(notices.element().text())
        .contains("firewall for ANY_SOURCE opened a hole", "; but firewall for PEER_ADDRESS: ")
        .contains("what is this?");
    clock.add(Firewall.CONTENT);
    open(4243);
    assertThat(late.searches).as("looked for again").hasValue(2);
    late.puzzled = false;
    late.on = true;
    clock.add(Firewall.CONTENT);
    open(4244);
    open(4245);
    assertThat(tight.open).as("looked for again after that").hasValue(1);
  }

  @Test
  void closesHolesWhateverIsSearchedFor() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    Switched known = new Switched(tight, true);
    FirewallFinder waiting =
        new FirewallFinder() {
          @Override
          public String method() {
            return "one that does not answer";
          }

          @Override
          public Optional<FirewallControl> find(InetAddress own) throws FirewallException {
            if (own.getHostAddress().startsWith("2001:db8:0:0:0:0:5:")) {
              awaitOrEnd(answered);
            }
            return Optional.empty();
          }
        };
    start(
        new FirewallPolicy(List.of(known, waiting), SourceRestriction.ANY_SOURCE, lease),
        Executors.newCachedThreadPool());
    SessionHole hole = open();
    for (int i = 1; i <= 8; i++) {
      firewall.prepare(InetAddress.getByName("2001:db8::5:" + i));
    }
    hole.close();
    until(() -> kinds().contains(Kind.CLOSED));
    assertThat(tight.open).hasValue(0);
    answered.countDown();
  }

  @Test
  void strictlyLooksAgainForEachSessionUntilThereIsATighterOne() throws Exception {
    Switched late = new Switched(tight, false);
    start(
        new FirewallPolicy(
            List.of(new Switched(coarse, true), late), SourceRestriction.PEER_ADDRESS, lease));
    assertThatExceptionOfType(FirewallException.class).isThrownBy(this::open);
    late.on = true;
    open();
    assertThat(tight.open).hasValue(1);
  }

  @Test
  void saysInOneLineThatItHasFoundNone() throws Exception {
    start(new FirewallPolicy(List.of(new Blind()), SourceRestriction.PEER_ADDRESS, LEASE));
    assertThat(open().evidence())
        .hasValueSatisfying(no -> assertThat(no.kind()).isEqualTo(Kind.NOT_FOUND));
    assertThat(notices).hasSize(1);
    assertThat(notices.element().kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(notices.element().text()).contains("(PCP)").contains("the router is asleep");
  }

  @Test
  void opensAndSaysNothingWhereNoHolesAreWanted() throws Exception {
    start(FirewallPolicy.NO_HOLES);
    assertThat(open()).isSameAs(SessionHole.NONE);
    assertThat(notices).isEmpty();
  }
}
