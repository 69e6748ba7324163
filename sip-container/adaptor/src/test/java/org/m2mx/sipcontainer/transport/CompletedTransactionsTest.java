package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompletedTransactionsTest {
  private static final byte[] ANSWER = new byte[700];

  private long now = 5;
  private final CompletedTransactions completed = new CompletedTransactions(10_000, () -> now);

  private void add(String id) {
    completed.add(id, "OPTIONS", InetAddress.getLoopbackAddress(), null, ANSWER);
  }

  @Test
  void forgetsAfterHalfAMinute() {
    add("a");
    now += Duration.ofSeconds(10).toNanos();
    add("b");
    now += Duration.ofSeconds(22).toNanos();
    completed.expire();
    assertThat(completed.size()).as("timer J of the first is just about to fire").isEqualTo(2);
    now++;
    completed.expire();
    assertThat(completed.size()).isEqualTo(1);
    now += Duration.ofSeconds(10).toNanos();
    completed.expire();
    assertThat(completed.size()).isZero();
  }

  @Test
  void holdsNoMoreThanItMay() {
    for (int i = 0; i < 1000; i++) {
      add("id" + i);
    }
    assertThat(completed.size()).isEqualTo(10);
  }

  @Test
  void keepsOneAnswerOfATransaction() {
    add("a");
    add("a");
    assertThat(completed.size()).isEqualTo(1);
    now += Duration.ofMinutes(1).toNanos();
    completed.expire();
    for (int i = 0; i < 10; i++) {
      add("id" + i);
    }
    assertThat(completed.size()).as("what was replaced is not counted any more").isEqualTo(10);
  }
}
