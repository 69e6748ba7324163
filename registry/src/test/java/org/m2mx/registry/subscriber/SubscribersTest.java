package org.m2mx.registry.subscriber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.VIDEO;
import static org.m2mx.registry.testing.Registry.password;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.Status;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class SubscribersTest {
  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void anAccountIsFoundByItsName() {
    var alice = find(ALICE);
    assertThat(alice.aor()).isEqualTo(ALICE);
    assertThat(alice.isp().domain()).isEqualTo("m2m-x.example");
    assertThat(alice.created()).isEqualTo(Registry.NOW);
    assertThat(alice.served()).isTrue();
    assertThat(registry.database.call(() -> registry.subscribers.find(NOBODY))).isEmpty();
  }

  @Test
  void aNameIsTakenOnceAndItsCaseMatters() {
    assertThatExceptionOfType(TakenException.class)
        .isThrownBy(() -> open(ALICE))
        .withMessageContaining("sip:alice@m2m-x.example");
    open(new Aor("Alice", "m2m-x.example"));
    assertThat(list("alice", 0, 10)).containsExactly("alice", "Alice");
  }

  @Test
  void ofTwoWhoTakeANameAtOnceOneIsTold() throws Exception {
    var attempts = 8;
    var threads = Executors.newFixedThreadPool(attempts);
    try {
      Callable<Boolean> attempt =
          () -> {
            open(NOBODY);
            return true;
          };
      int opened = 0;
      for (var outcome :
          threads.invokeAll(IntStream.range(0, attempts).mapToObj(i -> attempt).toList())) {
        try {
          outcome.get();
          opened++;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(TakenException.class);
        }
      }
      assertThat(opened).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void anAccountNeedsAnIspOfItsDomain() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> open(new Aor("alice", "nowhere.example")))
        .withMessageContaining("No ISP has the domain nowhere.example");
  }

  @Test
  void aSearchGoesByTheBeginningOfTheUserPartWhateverItsCase() {
    for (var user : List.of("Bob", "bobby", "b_b", "b%b", "b!b", "bxb", "böb")) {
      open(new Aor(user, "m2m-x.example"));
    }
    assertThat(list("BOB", 0, 10)).containsExactly("Bob", "bobby");
    assertThat(list("b_", 0, 10)).containsExactly("b_b");
    assertThat(list("b%", 0, 10)).containsExactly("b%b");
    assertThat(list("b!", 0, 10)).containsExactly("b!b");
    assertThat(list("BÖ", 0, 10)).containsExactly("böb");
    assertThat(list("", 0, 10)).hasSize(9).startsWith("alice", "b!b");
    assertThat(count("")).isEqualTo(9);
    assertThat(count("bob")).isEqualTo(2);
    assertThat(count("x")).isZero();
  }

  @Test
  void pagesFollowOneAnother() {
    IntStream.range(10, 35).forEach(i -> open(new Aor("device" + i, "m2m-x.example")));
    assertThat(list("device", 0, 10)).hasSize(10).startsWith("device10").endsWith("device19");
    assertThat(list("device", 20, 10)).hasSize(5).startsWith("device30").endsWith("device34");
    assertThat(registry.database.call(() -> registry.subscribers.list("other.example", "", 0, 10)))
        .isEmpty();
  }

  @Test
  void aPageBeginsBehindTheLastOneWhateverHappenedInBetween() {
    registry.database.run(() -> registry.subscribers.delete(VIDEO));
    // Of one folded name there may be several.
    List.of("bob", "Bob", "BOB", "carol").forEach(user -> open(new Aor(user, "m2m-x.example")));
    var first = after(Optional.empty());
    assertThat(first).extracting(s -> s.aor().user()).containsExactly("alice", "bob");
    registry.database.run(() -> registry.subscribers.delete(first.get(1).aor()));
    var second = after(Optional.of(Subscribers.Position.of(first.get(1))));
    assertThat(second).extracting(s -> s.aor().user()).containsExactly("Bob", "BOB");
    var last = after(Optional.of(Subscribers.Position.of(second.get(1))));
    assertThat(last).extracting(s -> s.aor().user()).containsExactly("carol");
    assertThat(after(Optional.of(Subscribers.Position.of(last.get(0))))).isEmpty();
  }

  @Test
  void anIspHasNoMoreSubscribersThanItMay() throws Exception {
    limit(OptionalInt.of(4));
    var threads = Executors.newFixedThreadPool(6);
    try {
      var attempts = IntStream.range(0, 6).mapToObj(this::attempt).toList();
      var opened = 0;
      for (var attempt : threads.invokeAll(attempts)) {
        opened += attempt.get() ? 1 : 0;
      }
      // alice and video were there before.
      assertThat(opened).isEqualTo(2);
    } finally {
      threads.shutdown();
    }
    limit(OptionalInt.of(1));
    assertThat(count("")).isEqualTo(4);
    assertThatExceptionOfType(LimitReachedException.class)
        .isThrownBy(() -> open(NOBODY))
        .withMessageContaining("m2m-x.example may have 1");
    limit(OptionalInt.empty());
    open(NOBODY);
  }

  private Callable<Boolean> attempt(int number) {
    return () -> {
      try {
        open(new Aor("one-of-many-" + number, "m2m-x.example"));
        return true;
      } catch (LimitReachedException e) {
        return false;
      }
    };
  }

  private void limit(OptionalInt limit) {
    registry.database.run(() -> registry.isps.limit("m2m-x.example", limit));
  }

  private List<Subscriber> after(Optional<Subscribers.Position> position) {
    return registry.database.call(
        () -> registry.subscribers.list("m2m-x.example", "", position, 2));
  }

  @Test
  void ofTwoWhoChangeWhatTheyHaveReadTheSecondIsTold() {
    var seen = Set.of(find(ALICE).mark());
    registry.database.run(
        () -> {
          registry.subscribers.expect(ALICE, seen);
          registry.subscribers.suspend(ALICE);
        });
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.subscribers.expect(ALICE, seen)))
        .withMessageContaining("sip:alice@m2m-x.example");
    // Whoever is opened later under the name is somebody else.
    var suspended = Set.of(find(ALICE).mark());
    registry.database.run(() -> registry.subscribers.delete(ALICE));
    open(ALICE);
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(
            () -> registry.database.run(() -> registry.subscribers.expect(ALICE, suspended)));
  }

  @Test
  void aSuspendedSubscriberIsNotServedNorOneOfASuspendedIsp() {
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    assertThat(find(ALICE).status()).isEqualTo(Status.SUSPENDED);
    assertThat(find(ALICE).served()).isFalse();
    registry.database.run(() -> registry.subscribers.resume(ALICE));
    assertThat(find(ALICE).served()).isTrue();
    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    assertThat(find(ALICE).status()).isEqualTo(Status.ACTIVE);
    assertThat(find(ALICE).served()).isFalse();
  }

  @Test
  void withASubscriberGoesAllThatIsItsOwnAndEveryLineThatNamesIt() {
    registry.database.run(() -> registry.permissions.permit(ALICE, VIDEO));
    registry.database.run(() -> registry.permissions.permit(VIDEO, ALICE));
    var family = new Callers.Group("family");
    registry.database.run(() -> registry.groups.create("m2m-x.example", family));
    registry.database.run(() -> registry.groups.add("m2m-x.example", family, ALICE));
    assertThat(registry.database.call(() -> registry.subscribers.belongings(ALICE)))
        .isEqualTo(new Belongings(0, 1, 2));

    registry.database.run(() -> registry.subscribers.delete(ALICE));
    assertThat(registry.database.call(() -> registry.subscribers.find(ALICE))).isEmpty();
    // Whoever gets the name later begins with nothing.
    open(ALICE);
    assertThat(registry.database.call(() -> registry.subscribers.belongings(ALICE)))
        .isEqualTo(new Belongings(0, 0, 0));
    assertThat(registry.database.call(() -> registry.permissions.list(VIDEO))).isEmpty();
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.subscribers.delete(NOBODY)));
  }

  @Test
  void whoIsNotThereCanNeitherBeSuspendedNorReset() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.subscribers.suspend(NOBODY)));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () ->
                registry.database.run(
                    () -> registry.subscribers.resetCredential(NOBODY, password("nobody"))))
        .withMessageContaining("sip:nobody@m2m-x.example");
  }

  private void open(Aor aor) {
    registry.database.run(() -> registry.subscribers.open(aor, password("someone"), false));
  }

  private Subscriber find(Aor aor) {
    return registry.database.call(() -> registry.subscribers.find(aor)).orElseThrow();
  }

  private List<String> list(String prefix, int first, int size) {
    return registry
        .database
        .call(() -> registry.subscribers.list("m2m-x.example", prefix, first, size))
        .stream()
        .map(subscriber -> subscriber.aor().user())
        .toList();
  }

  private long count(String prefix) {
    return registry.database.call(() -> registry.subscribers.count("m2m-x.example", prefix));
  }
}
