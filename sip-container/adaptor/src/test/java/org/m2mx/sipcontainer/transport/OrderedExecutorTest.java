package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.overload.Admission.Kind;

class OrderedExecutorTest {
  private static final int OCTETS = 4000;

  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final OrderedExecutor executor =
      new OrderedExecutor(
          (kind, task) -> threads.execute(task), new OrderedExecutor.Room(200, OCTETS));

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void runsTasksOfOneKeyInTheirOrder() throws InterruptedException {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    int count = 2000;
    CountDownLatch all = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      int task = i;
      executor.execute(
          "call",
          () -> {
            done.add(task);
            all.countDown();
          });
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(done).isEqualTo(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void doesNotLetOneKeyHoldUpAnotherAndSurvivesFailures() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    executor.execute("slow", () -> await(stuck));
    executor.execute(
        "fast",
        () -> {
          throw new IllegalStateException("part of the test");
        });
    executor.execute("fast", other::countDown);
    assertThat(other.await(60, TimeUnit.SECONDS)).isTrue();
    stuck.countDown();
  }

  @Test
  void takesNoMoreThanItWasMadeFor() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    OrderedExecutor small =
        new OrderedExecutor(
            (kind, task) -> threads.execute(task),
            new OrderedExecutor.Room(OrderedExecutor.MOST_OF_ONE_KEY + 10, OCTETS));
    int ofOne = 0;
    while (small.offer(Kind.BEGUN, "one", 1, () -> await(stuck))) {
      ofOne++;
    }
    assertThat(ofOne)
        .as("one runs, the others wait")
        .isEqualTo(OrderedExecutor.MOST_OF_ONE_KEY + 1);
    int others = 0;
    while (small.offer(Kind.BEGUN, "other " + others, 1, () -> await(stuck))) {
      others++;
    }
    assertThat(others).isEqualTo(9);
    stuck.countDown();
    CountDownLatch done = new CountDownLatch(1);
    small.execute("one", done::countDown);
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(small.offer(Kind.BEGUN, "one", 1, () -> {})).isTrue();
  }

  /** Offers tasks of a kind, each with a key of its own, until one is not taken. */
  private static int taken(OrderedExecutor executor, Kind kind, int octets) {
    int taken = 0;
    while (executor.offer(kind, kind + " " + taken, octets, () -> {})) {
      taken++;
    }
    return taken;
  }

  @Test
  void leavesRoomToWhatHasBegunWhenThereIsNoneForWhatBegins() {
    OrderedExecutor busy =
        new OrderedExecutor((kind, task) -> {}, new OrderedExecutor.Room(200, OCTETS));
    assertThat(taken(busy, Kind.NEW, 1)).isEqualTo(100);
    assertThat(taken(busy, Kind.PROVEN, 1)).isEqualTo(50);
    assertThat(taken(busy, Kind.BEGUN, 1)).isEqualTo(50);
  }

  @Test
  void countsTheOctetsOfWhatWaits() {
    List<Runnable> turns = new ArrayList<>();
    OrderedExecutor busy =
        new OrderedExecutor((kind, task) -> turns.add(task), new OrderedExecutor.Room(200, OCTETS));
    assertThat(taken(busy, Kind.NEW, 500)).isEqualTo(4);
    assertThat(taken(busy, Kind.PROVEN, 500)).isEqualTo(2);
    assertThat(taken(busy, Kind.BEGUN, 500)).isEqualTo(2);

    turns.forEach(Runnable::run);
    assertThat(taken(busy, Kind.BEGUN, 500)).as("after they are done").isEqualTo(8);
  }

  @Test
  void leavesRoomToWhatIsSmallWhenThereIsNoneForWhatIsLarge() {
    int large = OrderedExecutor.LARGE + 1;
    OrderedExecutor busy =
        new OrderedExecutor((kind, task) -> {}, new OrderedExecutor.Room(200, 8 * large));
    assertThat(taken(busy, Kind.BEGUN, large)).isEqualTo(6);
    assertThat(taken(busy, Kind.PROVEN, 1)).isZero();
    assertThat(busy.offer(Kind.BEGUN, "small", OrderedExecutor.LARGE, () -> {})).isTrue();
  }

  @Test
  void givesNoneOfTheRoomToTasksOfItsOwn() {
    OrderedExecutor busy =
        new OrderedExecutor((kind, task) -> {}, new OrderedExecutor.Room(200, OCTETS));
    for (int i = 0; i < 1000; i++) {
      busy.execute("closed " + i, () -> {});
    }
    assertThat(taken(busy, Kind.BEGUN, 1)).isEqualTo(200);
  }

  @Test
  void takesTasksAgainAfterThereWasNoMemoryForAThread() {
    List<Runnable> turns = new ArrayList<>();
    AtomicBoolean exhausted = new AtomicBoolean(true);
    OrderedExecutor recovering =
        new OrderedExecutor(
            (kind, task) -> {
              if (exhausted.get()) {
                throw new OutOfMemoryError("part of the test");
              }
              turns.add(task);
            },
            new OrderedExecutor.Room(1, OCTETS));
    assertThatThrownBy(() -> recovering.offer(Kind.BEGUN, "call", OCTETS, () -> {}))
        .isInstanceOf(OutOfMemoryError.class);

    exhausted.set(false);
    assertThat(recovering.offer(Kind.BEGUN, "call", OCTETS, () -> {})).isTrue();
    assertThat(turns).as("nothing else of its key is thought to run").hasSize(1);
  }

  @Test
  void knowsWhatBeginsFromWhatWasLetInAsMore() {
    CountDownLatch stuck = new CountDownLatch(1);
    executor.offer(Kind.NEW, "call", 1, () -> await(stuck));
    executor.offer(Kind.BEGUN, "answer", 1, () -> await(stuck));
    assertThat(executor.begins("call")).isTrue();
    assertThat(executor.begins("answer")).as("whoever sends one brings nothing in by it").isFalse();
    assertThat(executor.begins("other")).isFalse();
    stuck.countDown();
  }

  @Test
  void goesOnAfterAnError() throws InterruptedException {
    CountDownLatch later = new CountDownLatch(1);
    executor.execute(
        "call",
        () -> {
          throw new AssertionError("part of the test");
        });
    executor.execute("call", later::countDown);
    assertThat(later.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
