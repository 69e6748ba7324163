package org.m2mx.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldRateTest {
  private final List<Integer> tried = new ArrayList<>();

  @Test
  void doublesUntilItIsTooMuchAndThenNarrowsDown() throws Exception {
    assertThat(find(1000, 32000, 5200)).isEqualTo(5000);
    assertThat(tried).containsExactly(1000, 2000, 4000, 8000, 6000, 5000, 5500);
  }

  @Test
  void goesDownWhenTheFirstIsTooMuch() throws Exception {
    assertThat(find(1000, 32000, 300)).isEqualTo(250);
    assertThat(find(1000, 32000, 10)).isZero();
  }

  @Test
  void stopsAtTheMost() throws Exception {
    assertThat(find(1000, 4000, 9000)).isEqualTo(4000);
    assertThat(tried).containsExactly(1000, 2000, 4000);
  }

  private int find(int start, int most, int capacity) throws Exception {
    return HeldRate.find(
        start,
        most,
        rate -> {
          tried.add(rate);
          LoadResult.Builder result = new LoadResult.Builder(rate, 1);
          if (rate > capacity) {
            result.failed("too much");
          } else {
            result.answeredAfter(1000);
            result.succeeded();
          }
          return result.build();
        });
  }
}
