package org.m2mx.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadResultTest {
  @Test
  void whatGoesWellAfterTheLoadIsNoGoodput() {
    LoadResult.Builder catchingUp = new LoadResult.Builder(10, 2);
    catchingUp.succeeded();
    catchingUp.allBegun();
    LoadResult one = catchingUp.build();
    catchingUp.succeeded();

    assertThat(one.goodput()).isPositive();
    assertThat(catchingUp.build().succeeded()).isEqualTo(2);
    assertThat(catchingUp.build().goodput()).isEqualTo(one.goodput());
  }
}
