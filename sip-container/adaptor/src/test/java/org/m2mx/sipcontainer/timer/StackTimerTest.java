package org.m2mx.sipcontainer.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import gov.nist.javax.sip.stack.SIPStackTimerTask;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StackTimerTest {
  private static final int PATIENCE_SECONDS = 60;

  private final StackTimer timer = new StackTimer();

  @BeforeEach
  void start() {
    timer.start(null, new Properties());
  }

  @AfterEach
  void stop() {
    timer.stop();
  }

  private static final class Task extends SIPStackTimerTask {
    private final Runnable work;

    Task(Runnable work) {
      this.work = work;
    }

    @Override
    public void runTask() {
      work.run();
    }

    @Override
    public Object getThreadHash() {
      return null;
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void repeatsATaskUntilTheTaskItselfEndsThat() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    SIPStackTimerTask[] self = new SIPStackTimerTask[1];
    self[0] =
        new Task(
            () -> {
              if (runs.incrementAndGet() == 3) {
                timer.cancel(self[0]);
              }
            });
    timer.scheduleWithFixedDelay(self[0], 1, 1);
    CountDownLatch later = new CountDownLatch(10);
    timer.scheduleWithFixedDelay(new Task(later::countDown), 1, 1);
    await(later);
    assertThat(runs).hasValue(3);
  }

  @Test
  void aRepeatedTaskThatFailsIsRepeated() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    timer.scheduleWithFixedDelay(
        new Task(
            () -> {
              twice.countDown();
              throw new IllegalStateException("for the test");
            }),
        1,
        1);
    await(twice);
  }

  @Test
  void forgetsWhatIsCancelled() {
    SIPStackTimerTask task = new Task(() -> {});
    timer.schedule(task, TimeUnit.HOURS.toMillis(1));
    assertThat(timer.waiting()).isEqualTo(1);
    assertThat(timer.cancel(task)).isTrue();
    assertThat(timer.waiting()).isZero();
    assertThat(timer.cancel(task)).isFalse();
  }

  @Test
  void runsWhatIsDueTogetherInOneRound() throws Exception {
    CountDownLatch wrapped = new CountDownLatch(1);
    ThreadLocal<Boolean> inRound = ThreadLocal.withInitial(() -> false);
    timer.runRoundsIn(
        round -> {
          inRound.set(true);
          round.run();
          inRound.remove();
        });
    timer.scheduleWithFixedDelay(
        new Task(
            () -> {
              if (inRound.get()) {
                wrapped.countDown();
              }
            }),
        1,
        1);
    await(wrapped);
  }

  @Test
  void setsNothingOnceItHasStopped() {
    timer.stop();
    assertThat(timer.isStarted()).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> timer.schedule(new Task(() -> {}), 1));
  }
}
