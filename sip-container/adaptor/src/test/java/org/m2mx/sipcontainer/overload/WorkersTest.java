package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.sipcontainer.overload.Admission.Kind;

@Timeout(60)
class WorkersTest {
  private static final int FEW = 2;
  private static final int MOST = 4;

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch database = new CountDownLatch(1);
  private volatile double load = 1;
  private final Workers workers =
      new Workers("tested", FEW, MOST, WorkersTest.class.getClassLoader(), now::get, () -> load);

  @AfterEach
  void close() {
    database.countDown();
    workers.close();
  }

  @Test
  void takesAThreadMoreForEachThatWaits() throws InterruptedException {
    CountDownLatch waiting = waitForTheDatabase(FEW);
    waiting.await();
    CountDownLatch done = new CountDownLatch(1);
    workers.execute(done::countDown);

    workers.replaceWaiting();
    assertThat(done.await(100, TimeUnit.MILLISECONDS)).as("before they have waited long").isFalse();

    now.addAndGet(Workers.LONG.toNanos() + 1);
    workers.replaceWaiting();
    done.await();
  }

  @Test
  void takesNoMoreThanItMay() throws InterruptedException {
    CountDownLatch waiting = waitForTheDatabase(MOST);
    while (waiting.getCount() > 0) {
      now.addAndGet(Workers.LONG.toNanos() + 1);
      workers.replaceWaiting();
      waiting.await(1, TimeUnit.MILLISECONDS);
    }
    AtomicInteger further = new AtomicInteger();
    workers.execute(further::incrementAndGet);
    now.addAndGet(Workers.LONG.toNanos() + 1);
    workers.replaceWaiting();

    assertThat(workers.waiting()).isEqualTo(1);
    assertThat(further).hasValue(0);
  }

  @Test
  void isAsFewAgainWhenNoneWaits() throws InterruptedException {
    waitForTheDatabase(FEW).await();
    now.addAndGet(Workers.LONG.toNanos() + 1);
    CountDownLatch done = new CountDownLatch(1);
    workers.execute(done::countDown);
    workers.replaceWaiting();
    done.await();
    database.countDown();

    while (workers.alive() > FEW) {
      workers.replaceWaiting();
      Thread.onSpinWait();
    }
  }

  @Test
  void takesMoreThreadsWhenWorkWaitsAndProcessorsDoNot() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    for (int i = 0; i < FEW; i++) {
      workers.execute(() -> await(first));
    }
    CountDownLatch others = waitForTheDatabase(FEW);
    CountDownLatch done = new CountDownLatch(1);
    workers.execute(done::countDown);
    now.addAndGet(Workers.LONG.toNanos());
    first.countDown();
    others.await();
    now.addAndGet(1);

    workers.replaceWaiting();
    assertThat(workers.alive()).as("processors are busy").isEqualTo(FEW);
    load = 0.5;
    workers.replaceWaiting();
    done.await();
  }

  /** Lets one thread, which is busy while this is said, do what waits; says in which order. */
  private List<Kind> doneByOneThread(BiConsumer<Workers, Consumer<Kind>> said)
      throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    List<Kind> done = Collections.synchronizedList(new ArrayList<>());
    try (Workers one =
        new Workers("one", 1, 1, WorkersTest.class.getClassLoader(), now::get, () -> 1)) {
      one.execute(
          () -> {
            busy.countDown();
            await(end);
          });
      busy.await();
      said.accept(one, kind -> one.execute(kind, () -> done.add(kind)));
      end.countDown();
    }
    return done;
  }

  @Test
  void finishesWhatHasBegunBeforeItBegins() throws InterruptedException {
    List<Kind> done =
        doneByOneThread(
            (one, task) -> {
              for (Kind kind : List.of(Kind.NEW, Kind.PROVEN, Kind.NEW, Kind.BEGUN, Kind.PROVEN)) {
                task.accept(kind);
                now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
              }
              assertThat(one.waiting()).isEqualTo(5);
              assertThat(one.delay(Kind.NEW)).hasMillis(5);
              assertThat(one.delay(Kind.PROVEN)).hasMillis(4);
              assertThat(one.delay(Kind.BEGUN)).hasMillis(2);
            });
    assertThat(done).containsExactly(Kind.BEGUN, Kind.PROVEN, Kind.PROVEN, Kind.NEW, Kind.NEW);
  }

  @Test
  void letsNothingWaitForEver() throws InterruptedException {
    List<Kind> done =
        doneByOneThread(
            (one, task) -> {
              task.accept(Kind.NEW);
              now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001));
              task.accept(Kind.NEW);
              task.accept(Kind.BEGUN);
            });
    assertThat(done).containsExactly(Kind.NEW, Kind.BEGUN, Kind.NEW);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CountDownLatch waitForTheDatabase(int tasks) {
    CountDownLatch waiting = new CountDownLatch(tasks);
    for (int i = 0; i < tasks; i++) {
      workers.execute(
          () -> {
            waiting.countDown();
            await(database);
          });
    }
    return waiting;
  }
}
