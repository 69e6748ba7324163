package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NonceBudgetTest {
  private final AtomicLong now = new AtomicLong(Duration.ofDays(3).toNanos());
  private final NonceBudget budget = new NonceBudget(now::get);

  private long permitted(String nonce, int requests) {
    return IntStream.range(0, requests).filter(i -> budget.permits(nonce)).count();
  }

  @Test
  void oneNonceBringsInAFewRequests() {
    assertThat(permitted("nonce", 1000)).isEqualTo(8);
  }

  @Test
  void andAFewMoreLater() {
    permitted("nonce", 1000);
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(permitted("nonce", 1000)).isEqualTo(8);
  }

  @Test
  void eachHasItsOwn() {
    long permitted = IntStream.range(0, 1000).mapToLong(i -> permitted("nonce " + i, 1)).sum();
    assertThat(permitted).isEqualTo(1000);
  }

  @Test
  void noNumberOfThemBringsInMoreThanAllSlotsPermit() {
    long permitted = IntStream.range(0, 300_000).mapToLong(i -> permitted("nonce " + i, 1)).sum();
    assertThat(permitted).isLessThanOrEqualTo(8L << 14);
  }

  @Test
  void clocksMayBeginAnywhere() {
    now.set(-5);
    assertThat(permitted("nonce", 1000)).isEqualTo(8);
  }
}
