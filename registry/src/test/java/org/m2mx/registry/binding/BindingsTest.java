package org.m2mx.registry.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.MAX_BINDINGS;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.binding.Registration.Connection;
import org.m2mx.registry.binding.Registration.Contact;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class BindingsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Connection FLOW_1 = connection("flow-1");
  private static final Connection FLOW_2 = connection("flow-2");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void aBindingKeepsWhatTheRequestSaid() {
    var contact = new Contact("sip:v@[2001:db8::1]:49152;ob", "v@1", "urn:uuid:1", 1, 700, HOUR);
    var answered = register(VIDEO, registration("call", 7, FLOW_1, contact));
    assertThat(answered).hasSize(1);
    var binding = live(VIDEO, NOW).get(0);
    assertThat(binding.aor()).isEqualTo(VIDEO);
    assertThat(binding.contact()).isEqualTo("sip:v@[2001:db8::1]:49152;ob");
    assertThat(binding.instanceId()).isEqualTo("urn:uuid:1");
    assertThat(binding.regId()).isEqualTo(1);
    assertThat(binding.q()).isEqualTo(700);
    assertThat(binding.callId()).isEqualTo("call");
    assertThat(binding.cseq()).isEqualTo(7);
    assertThat(binding.flow()).isEqualTo("flow-1");
    assertThat(binding.transport()).isEqualTo("TLS");
    assertThat(binding.source()).isEqualTo("[2001:db8::1]:49152");
    assertThat(binding.userAgent()).isEqualTo("m2mx-ua");
    assertThat(binding.created()).isEqualTo(NOW);
    assertThat(binding.refreshed()).isEqualTo(NOW);
    assertThat(binding.remaining(NOW)).isEqualTo(HOUR);
    assertThat(live(ALICE, NOW)).isEmpty();
  }

  @Test
  void aBindingKeepsThePathOfTheLatestRequest() {
    var path = List.of("<sip:core.example;lr>", "<sip:edge.example;lr;ob>");
    var proxied = new Connection("flow-1", "TLS", "[2001:db8::1]:5061", null, path);
    register(VIDEO, registration("call", 1, proxied, contact("a")));
    assertThat(live(VIDEO, NOW).get(0).path()).isEqualTo(path);
    register(VIDEO, registration("call", 2, FLOW_2, contact("a")));
    assertThat(live(VIDEO, NOW).get(0).path()).isEmpty();
  }

  @Test
  void aRefreshMovesTheExpiryAndKeepsTheBinding() {
    register(VIDEO, registration("call", 1, FLOW_1, contact("a")));
    var later = NOW.plusSeconds(1800);
    var refreshed = register(VIDEO, registration("call", 2, FLOW_2, contact("a")), later);
    assertThat(refreshed).hasSize(1);
    assertThat(refreshed.get(0).created()).isEqualTo(NOW);
    assertThat(refreshed.get(0).refreshed()).isEqualTo(later);
    assertThat(refreshed.get(0).expires()).isEqualTo(later.plus(HOUR));
    assertThat(refreshed.get(0).flow()).isEqualTo("flow-2");
  }

  @Test
  void anExpiredBindingIsNotSeenAndItsSuccessorIsNew() {
    register(VIDEO, registration("call", 5, FLOW_1, contact("a")));
    var after = NOW.plus(HOUR);
    assertThat(live(VIDEO, after.minusMillis(1))).hasSize(1);
    assertThat(live(VIDEO, after)).isEmpty();
    var successor = register(VIDEO, registration("call", 1, FLOW_1, contact("a")), after);
    assertThat(successor).hasSize(1);
    assertThat(successor.get(0).created()).isEqualTo(after);
  }

  @Test
  void anExpiryOfZeroRemovesTheNamedBindingOnly() {
    register(VIDEO, registration("call", 1, FLOW_1, contact("a"), contact("b")));
    var left =
        register(VIDEO, registration("call", 2, FLOW_1, removal("a"), removal("never there")));
    assertThat(left).extracting(Binding::contact).containsExactly("sip:b@x");
    assertThat(live(VIDEO, NOW)).extracting(Binding::contact).containsExactly("sip:b@x");
  }

  @Test
  void anEarlierOrEqualCseqOfTheSameCallIdChangesNothing() {
    register(VIDEO, registration("call", 5, FLOW_1, contact("a")));
    for (long cseq : new long[] {4, 5}) {
      var late = registration("call", cseq, FLOW_2, contact("b"), removal("a"));
      assertThatExceptionOfType(OutOfOrderException.class)
          .isThrownBy(() -> register(VIDEO, late))
          .withMessageContaining("CSeq " + cseq + " comes after 5");
    }
    assertThat(live(VIDEO, NOW)).extracting(Binding::contact).containsExactly("sip:a@x");
    assertThat(live(VIDEO, NOW)).extracting(Binding::flow).containsExactly("flow-1");
  }

  @Test
  void anotherCallIdStartsItsOwnCount() {
    register(VIDEO, registration("call", 5, FLOW_1, contact("a")));
    var rebooted = register(VIDEO, registration("after reboot", 1, FLOW_2, contact("a")));
    assertThat(rebooted).extracting(Binding::callId).containsExactly("after reboot");
  }

  @Test
  void oneContactOutOfOrderHoldsBackAll() {
    register(VIDEO, registration("call", 5, FLOW_1, contact("a")));
    assertThatExceptionOfType(OutOfOrderException.class)
        .isThrownBy(
            () -> register(VIDEO, registration("call", 5, FLOW_1, contact("new"), contact("a"))));
    assertThat(live(VIDEO, NOW)).extracting(Binding::contact).containsExactly("sip:a@x");
  }

  @Test
  void instanceAndRegIdMakeTheBindingWhateverItsContact() {
    register(VIDEO, registration("call", 1, FLOW_1, outbound("sip:a@[2001:db8::1]", 1)));
    register(VIDEO, registration("call", 2, FLOW_2, outbound("sip:a@[2001:db8::2]", 1)));
    assertThat(live(VIDEO, NOW))
        .extracting(Binding::contact)
        .containsExactly("sip:a@[2001:db8::2]");
    register(VIDEO, registration("call2", 1, FLOW_1, outbound("sip:a@[2001:db8::2]", 2)));
    assertThat(live(VIDEO, NOW)).extracting(Binding::regId).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void thePreferredComesFirstThenTheLatest() {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("low", 100)));
    register(VIDEO, registration("c2", 1, FLOW_1, contact("older", 1000)));
    register(VIDEO, registration("c3", 1, FLOW_1, contact("latest")), NOW.plusSeconds(1));
    assertThat(live(VIDEO, NOW.plusSeconds(1)))
        .extracting(Binding::contact)
        .containsExactly("sip:latest@x", "sip:older@x", "sip:low@x");
  }

  @Test
  void moreBindingsThanAllowedAreRefusedAndExpiredOnesDoNotCount() {
    var full = new Contact[MAX_BINDINGS];
    IntStream.range(0, MAX_BINDINGS).forEach(i -> full[i] = contact("c" + i));
    register(VIDEO, registration("call", 1, FLOW_1, full));
    assertThatExceptionOfType(TooManyBindingsException.class)
        .isThrownBy(() -> register(VIDEO, registration("call", 2, FLOW_1, contact("more"))))
        .withMessageContaining("would have 4 bindings, 3 are allowed");
    assertThat(live(VIDEO, NOW)).hasSize(MAX_BINDINGS).extracting(Binding::cseq).containsOnly(1L);
    register(VIDEO, registration("call", 2, FLOW_1, removal("c0"), contact("more")));
    assertThat(live(VIDEO, NOW)).extracting(Binding::contact).contains("sip:more@x");
    assertThat(register(VIDEO, registration("x", 1, FLOW_1, contact("y")), NOW.plus(HOUR)))
        .hasSize(1);
  }

  @Test
  void theStarRemovesAllUnlessItComesLate() {
    register(VIDEO, registration("call", 5, FLOW_1, contact("a"), contact("b")));
    assertThatExceptionOfType(OutOfOrderException.class)
        .isThrownBy(() -> removeAll(VIDEO, "call", 5));
    assertThat(live(VIDEO, NOW)).hasSize(2);
    removeAll(VIDEO, "call", 6);
    assertThat(live(VIDEO, NOW)).isEmpty();
  }

  @Test
  void aConnectionTakesItsBindingsAlong() {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("a")));
    register(VIDEO, registration("c2", 1, FLOW_2, contact("b")));
    register(ALICE, registration("c3", 1, FLOW_1, contact("c")));
    assertThat(registry.bindings.removeFlow("flow-1").join()).isEqualTo(2);
    assertThat(live(VIDEO, NOW)).extracting(Binding::contact).containsExactly("sip:b@x");
    assertThat(live(ALICE, NOW)).isEmpty();
  }

  @Test
  void theSweepTakesWhatHasExpired() {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("a")));
    register(VIDEO, registration("c2", 1, FLOW_1, contact("b")), NOW.plusSeconds(10));
    var then = NOW.plus(HOUR);
    assertThat(registry.database.call(() -> registry.bindings.removeExpired(then))).isEqualTo(1);
    assertThat(registry.database.call(() -> registry.bindings.removeExpired(then))).isZero();
    assertThat(live(VIDEO, then)).extracting(Binding::contact).containsExactly("sip:b@x");
  }

  @Test
  void onlySubscribersHaveBindings() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> register(NOBODY, registration("call", 1, FLOW_1, contact("a"))));
  }

  @Test
  void whatIsAnsweredIsInTheTableAndReadAtTheNextStart() {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("a", 500), outbound("sip:b@x", 1)));
    register(VIDEO, registration("c2", 1, FLOW_2, contact("c")));
    register(VIDEO, registration("c1", 2, FLOW_2, contact("a", 700)), NOW.plusMillis(1));
    register(VIDEO, registration("c2", 2, FLOW_2, removal("c")));
    var restarted = Registry.bindings(registry.database.dataSource());
    restarted.load(new SchemaReady("the latest"));
    assertThat(restarted.of(VIDEO, NOW)).hasSize(2).isEqualTo(live(VIDEO, NOW));
    assertThat(restarted.of(ALICE, NOW)).isEmpty();
    assertThat(restarted.removeFlow("flow-2").join()).isEqualTo(1);
    assertThat(restarted.of(VIDEO, NOW)).extracting(Binding::contact).containsExactly("sip:b@x");
  }

  @Test
  void amongManyAtOnceOnlyThoseFailThatMust() throws Exception {
    var times = 60;
    var threads = Executors.newFixedThreadPool(12);
    try {
      var work = new ArrayList<Callable<String>>();
      for (int i = 0; i < times; i++) {
        var cseq = i + 1;
        work.add(() -> outcome(ALICE, registration("alice" + cseq, 1, FLOW_1, contact("a"))));
        work.add(() -> outcome(NOBODY, registration("nobody" + cseq, 1, FLOW_1, contact("n"))));
        work.add(() -> outcome(VIDEO, registration("video", 0, FLOW_1, contact("v"))));
      }
      register(VIDEO, registration("video", 1, FLOW_1, contact("v")));
      var outcomes = new ArrayList<String>();
      for (var done : threads.invokeAll(work)) {
        outcomes.add(done.get());
      }
      assertThat(outcomes)
          .containsOnly("registered", "NotFoundException", "OutOfOrderException")
          .satisfies(
              all -> {
                assertThat(all).filteredOn("registered"::equals).hasSize(times);
                assertThat(all).filteredOn("NotFoundException"::equals).hasSize(times);
              });
    } finally {
      threads.shutdown();
    }
    assertThat(live(ALICE, NOW)).hasSize(1);
    assertThat(live(NOBODY, NOW)).isEmpty();
    assertThat(live(VIDEO, NOW)).extracting(Binding::cseq).containsExactly(1L);
  }

  @Test
  void whoseAccountIsClosedHasNoBindingsLeft() {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("a")));
    registry.database.run(() -> registry.subscribers.delete(VIDEO));
    assertThat(live(VIDEO, NOW)).isEmpty();
    assertThat(registry.bindings.removeFlow("flow-1").join()).isZero();
  }

  @Test
  void anIspThatIsDeletedAndOpenedAgainHasNothingOfTheOldOne() {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("a")));
    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    registry.database.run(() -> registry.isps.delete("m2m-x.example"));
    assertThat(live(VIDEO, NOW)).isEmpty();
    registry.withSubscribers();
    assertThat(live(VIDEO, NOW)).isEmpty();
    assertThat(register(VIDEO, registration("c1", 1, FLOW_1, contact("a")))).hasSize(1);
  }

  @Test
  void whenSomebodyElseEmptiesTheTableItIsNoticedAndTheNextTrySucceeds() throws Exception {
    register(VIDEO, registration("c1", 1, FLOW_1, contact("a")));
    execute("delete from binding");
    assertThatExceptionOfType(BindingsUnavailableException.class)
        .isThrownBy(() -> register(VIDEO, registration("c1", 2, FLOW_1, contact("a"))));
    assertThat(register(VIDEO, registration("c1", 3, FLOW_1, contact("a")))).hasSize(1);
  }

  @Test
  void aLargeTableIsReadWhole() throws Exception {
    insertDevices(20000);
    registry.bindings.load(new SchemaReady("the latest"));
    var last = Aor.parse("sip:d20000@m2m-x.example");
    assertThat(live(last, NOW)).extracting(Binding::contact).containsExactly("sip:d20000@x");
    assertThat(registry.bindings.removeFlow("f-d20000").join()).isEqualTo(1);
    assertThat(registry.bindings.removeExpired(NOW.plus(HOUR))).isEqualTo(19999);
    assertThat(live(Aor.parse("sip:d1@m2m-x.example"), NOW)).isEmpty();
  }

  @Test
  void connectionsThatEndAtOnceShareCommitsAndKeepNobodyWaiting() throws Exception {
    var count = 2000;
    insertDevices(count);
    var database = new HeldDatabase(registry.database.dataSource());
    var server = Registry.bindings(database.dataSource());
    server.load(new SchemaReady("the latest"));
    var before = database.hold();
    var ended =
        IntStream.rangeClosed(1, count).mapToObj(i -> server.removeFlow("f-d" + i)).toList();
    assertThat(ended).noneMatch(CompletableFuture::isDone);

    database.letGo();

    assertThat(ended).allSatisfy(one -> assertThat(one.join()).isEqualTo(1));
    assertThat(database.connections() - before).isLessThanOrEqualTo(6);
    assertThat(server.count(aor -> true, NOW)).isZero();
  }

  /** A database that gives connections when it is let. */
  private static final class HeldDatabase {
    private final DataSource database;
    private final AtomicInteger connections = new AtomicInteger();
    private CountDownLatch gate = new CountDownLatch(0);

    HeldDatabase(DataSource database) {
      this.database = database;
    }

    DataSource dataSource() {
      return (DataSource)
          Proxy.newProxyInstance(
              DataSource.class.getClassLoader(),
              new Class<?>[] {DataSource.class},
              (proxy, method, arguments) -> {
                connections.incrementAndGet();
                gate().await();
                return method.invoke(database, arguments);
              });
    }

    private synchronized CountDownLatch gate() {
      return gate;
    }

    /** Returns how many connections there have been so far. */
    synchronized int hold() {
      gate = new CountDownLatch(1);
      return connections();
    }

    synchronized void letGo() {
      gate.countDown();
    }

    int connections() {
      return connections.get();
    }
  }

  /** Subscribers d1, d2 and so on, each with a device and a connection of its own. */
  private void insertDevices(int count) throws SQLException {
    var range = kind == RegistryDatabase.Kind.H2 ? "system_range" : "generate_series";
    execute(
        """
        insert into subscriber (aor, domain, user_folded, isp_id, status, legacy, created)
        select 'sip:d' || n || '@m2m-x.example', i.domain, 'd' || n, i.id, 'ACTIVE', false, i.created
        from %s(1, %d) r(n), isp i
        """
            .formatted(range, count),
        """
        insert into binding (aor, binding_key, contact, call_id, cseq, flow, source, transport,
          created, refreshed, expires)
        select aor, 'k', 'sip:' || user_folded || '@x', 'c', 1, 'f-' || user_folded, '[::1]:1',
          'TLS', created, created, timestamp with time zone '2026-11-22 13:00:00+00'
        from subscriber where user_folded like 'd%'
        """);
  }

  private String outcome(Aor aor, Registration registration) {
    try {
      register(aor, registration);
      return "registered";
    } catch (NotFoundException | OutOfOrderException refused) {
      return refused.getClass().getSimpleName();
    }
  }

  private void execute(String... statements) throws SQLException {
    try (var connection = registry.database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void manyAtOnceNeitherLoseNorDoubleABinding() throws Exception {
    var userAgents = MAX_BINDINGS;
    var refreshes = 15;
    var threads = Executors.newFixedThreadPool(2 * userAgents);
    try {
      var work = new ArrayList<Callable<Void>>();
      for (int ua = 0; ua < userAgents; ua++) {
        for (int connection = 1; connection <= 2; connection++) {
          work.add(refreshing("ua" + ua, "call" + ua + "-" + connection, refreshes));
        }
      }
      for (var done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(live(VIDEO, NOW))
        .extracting(Binding::contact)
        .containsExactlyInAnyOrder("sip:ua0@x", "sip:ua1@x", "sip:ua2@x");
    assertThat(live(VIDEO, NOW)).extracting(Binding::cseq).containsOnly((long) refreshes);
  }

  @Test
  void ofManyNewcomersAtOnceNoMoreGetInThanAllowed() throws Exception {
    var newcomers = 4 * MAX_BINDINGS;
    var threads = Executors.newFixedThreadPool(newcomers);
    int refused = 0;
    try {
      var work = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < newcomers; i++) {
        var registration = registration("call" + i, 1, FLOW_1, contact("ua" + i));
        work.add(
            () -> {
              try {
                register(VIDEO, registration);
                return false;
              } catch (TooManyBindingsException e) {
                return true;
              }
            });
      }
      for (var outcome : threads.invokeAll(work)) {
        refused += outcome.get() ? 1 : 0;
      }
    } finally {
      threads.shutdown();
    }
    assertThat(refused).isEqualTo(newcomers - MAX_BINDINGS);
    assertThat(live(VIDEO, NOW)).hasSize(MAX_BINDINGS);
  }

  @Test
  void whoComesBackAsItsOldConnectionEndsIsNotLost() throws Exception {
    var times = 150;
    Callable<Void> comingBack =
        () -> {
          for (int i = 1; i <= times; i++) {
            var brief = new Contact("sip:a@x", "a", "urn:uuid:1", 1, null, Duration.ofSeconds(1));
            register(VIDEO, registration("call", i, connection("flow-" + i), brief), later(i));
          }
          return null;
        };
    Callable<Void> endingConnections =
        () -> {
          for (int i = 1; i < times; i++) {
            var flow = "flow-" + i;
            registry.bindings.removeFlow(flow).join();
          }
          return null;
        };
    Callable<Void> sweeping =
        () -> {
          for (int i = 1; i < times; i++) {
            var then = later(i);
            registry.database.run(() -> registry.bindings.removeExpired(then));
          }
          return null;
        };
    var threads = Executors.newFixedThreadPool(3);
    try {
      for (var done : threads.invokeAll(List.of(comingBack, endingConnections, sweeping))) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(live(VIDEO, later(times)))
        .extracting(Binding::flow)
        .containsExactly("flow-" + times);
  }

  private static Instant later(int steps) {
    return NOW.plusSeconds(2L * steps);
  }

  private Callable<Void> refreshing(String user, String callId, int times) {
    return () -> {
      for (int cseq = 1; cseq <= times; cseq++) {
        register(VIDEO, registration(callId, cseq, FLOW_1, contact(user)));
      }
      return null;
    };
  }

  private List<Binding> register(Aor aor, Registration registration) {
    return register(aor, registration, NOW);
  }

  private List<Binding> register(Aor aor, Registration registration, Instant now) {
    return done(registry.bindings.register(aor, registration, now));
  }

  private void removeAll(Aor aor, String callId, long cseq) {
    done(registry.bindings.removeAll(aor, callId, cseq, NOW));
  }

  private static List<Binding> done(CompletableFuture<List<Binding>> change) {
    try {
      return change.join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  private List<Binding> live(Aor aor, Instant now) {
    return registry.database.call(() -> registry.bindings.of(aor, now));
  }

  private static Registration registration(
      String callId, long cseq, Connection connection, Contact... contacts) {
    return new Registration(callId, cseq, connection, List.of(contacts));
  }

  private static Connection connection(String flow) {
    return new Connection(flow, "TLS", "[2001:db8::1]:49152", "m2mx-ua");
  }

  private static Contact contact(String user) {
    return new Contact("sip:" + user + "@x", user, null, null, null, HOUR);
  }

  private static Contact contact(String user, int q) {
    return new Contact("sip:" + user + "@x", user, null, null, q, HOUR);
  }

  private static Contact removal(String user) {
    return new Contact("sip:" + user + "@x", user, null, null, null, Duration.ZERO);
  }

  private static Contact outbound(String uri, int regId) {
    return new Contact(uri, uri, "urn:uuid:1", regId, null, HOUR);
  }
}
