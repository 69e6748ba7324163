package org.m2mx.sipcontainer.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PendingTest {
  private final Pending pending = new Pending();
  private final Pending.Thing thing = pending.begin(Optional.empty());

  @Test
  void whatIsForNoRequestIsAwaitedUntilItsFirstPartIsDone() {
    assertThat(pending.isAnything()).isTrue();
    thing.comes();
    assertThat(pending.isAnything()).isTrue();
    thing.isDone();
    assertThat(pending.isAnything()).isFalse();
  }

  @Test
  void aPartThatHasComeIsAwaitedThoughNothingMoreIs() {
    thing.comes();
    thing.over();
    assertThat(pending.isAnything()).isTrue();
    thing.isDone();
    assertThat(pending.isAnything()).isFalse();
  }

  @Test
  void aPartThatComesWhileAnotherIsDoneIsAwaited() throws Exception {
    // Few enough that now and then none of them has a part that waits.
    int threads = 2;
    CyclicBarrier together = new CyclicBarrier(threads);
    Callable<Integer> going =
        () -> {
          int missed = 0;
          together.await();
          for (int i = 0; i < 300_000; i++) {
            thing.comes();
            missed += pending.isAnything() ? 0 : 1;
            thing.isDone();
          }
          return missed;
        };
    var pool = Executors.newFixedThreadPool(threads);
    try {
      List<Integer> missed = new ArrayList<>();
      for (Future<Integer> done : pool.invokeAll(Collections.nCopies(threads, going))) {
        missed.add(done.get());
      }
      assertThat(missed).containsOnly(0);
    } finally {
      pool.shutdown();
    }
    assertThat(pending.isAnything()).isFalse();
  }
}
