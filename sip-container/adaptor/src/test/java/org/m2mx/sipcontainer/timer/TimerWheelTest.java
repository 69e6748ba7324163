package org.m2mx.sipcontainer.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final long START = -123_456_789_012L;

  private final TimerWheel wheel = new TimerWheel(START);
  private final List<String> fired = new ArrayList<>();
  private long now = START;

  private TimerWheel.Timer set(String name, long millis) {
    return wheel.set(now, Duration.ofMillis(millis), () -> fired.add(name));
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
    wheel.turn(now);
  }

  @Test
  void firesAtItsTimeAndNotBefore() {
    set("T1", 500);
    pass(499);
    assertThat(fired).isEmpty();
    pass(1);
    assertThat(fired).containsExactly("T1");
    pass(5000);
    assertThat(fired).as("once").containsExactly("T1");
    assertThat(wheel.waiting()).isZero();
  }

  @Test
  void firesNoLaterThanATickAfterwards() {
    Random random = new Random(7);
    List<Long> early = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    long tick = TimerWheel.TICK.toNanos();
    for (int i = 0; i < 2000; i++) {
      long due = now + random.nextLong(Duration.ofMinutes(4).toNanos());
      wheel.set(
          now,
          Duration.ofNanos(due - now),
          () -> {
            if (now < due) {
              early.add(due);
            } else if (now >= due + tick + 1_000_000) {
              late.add(due);
            }
          });
      pass(random.nextInt(2));
    }
    for (int i = 0; i < Duration.ofMinutes(5).toMillis(); i++) {
      pass(1);
    }
    assertThat(early).isEmpty();
    assertThat(late).isEmpty();
    assertThat(wheel.waiting()).isZero();
  }

  @Test
  void doesNotFireWhatWasCancelled() {
    TimerWheel.Timer first = set("first", 100);
    set("second", 100);
    assertThat(first.cancel()).isTrue();
    assertThat(wheel.waiting()).isEqualTo(1);
    pass(200);
    assertThat(fired).containsExactly("second");
    assertThat(first.cancel()).as("again").isFalse();
  }

  @Test
  void cannotTakeBackWhatHasFired() {
    TimerWheel.Timer timer = set("timer", 100);
    pass(100);
    assertThat(timer.cancel()).isFalse();
    assertThat(fired).containsExactly("timer");
  }

  @Test
  void firesWhatIsDueNowAtTheNextTurn() {
    pass(10_000);
    set("now", 0);
    set("past", -5000);
    pass(TimerWheel.TICK.toMillis());
    assertThat(fired).containsExactly("now", "past");
  }

  @Test
  void makesUpForAPauseOfTheMachine() {
    set("soon", 100);
    set("later", 60_000);
    set("muchLater", 180_000);
    pass(170_000);
    assertThat(fired).containsExactlyInAnyOrder("soon", "later");
    pass(10_000);
    assertThat(fired).endsWith("muchLater").hasSize(3);
  }

  @Test
  void aTimerMaySetAndCancelOthers() {
    TimerWheel.Timer other = set("other", 300);
    wheel.set(
        now,
        Duration.ofMillis(100),
        () -> {
          other.cancel();
          set("next", 100);
        });
    pass(100);
    pass(100);
    pass(1000);
    assertThat(fired).containsExactly("next");
  }

  @Test
  void goesOnWhenATimerFails() {
    wheel.set(
        now,
        Duration.ofMillis(100),
        () -> {
          throw new AssertionError("for the test");
        });
    set("next", 100);
    pass(100);
    assertThat(fired).containsExactly("next");
  }
}
