package org.m2mx.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  @Test
  void goesOnWhileTheCostFalls() throws Exception {
    assertThat(costs(40, 900.0, 500.0, 300.0, 299.0, 300.0, 298.0, 297.0, 1.0))
        .containsExactly(900.0, 500.0, 300.0, 299.0, 300.0, 298.0, 297.0);
  }

  @Test
  void startsCountingAnewWhenItFallsAgain() throws Exception {
    assertThat(costs(40, 500.0, 501.0, 502.0, 503.0, 400.0, 401.0, 402.0, 403.0, 404.0, 1.0))
        .hasSize(9)
        .endsWith(404.0);
  }

  @Test
  void addsUpSavingsThatAreSmall() throws Exception {
    assertThat(costs(40, 100.0, 98.0, 96.0, 94.0, 92.0, 92.0, 92.0, 92.0, 92.0)).hasSize(9);
  }

  @Test
  void endsWhenThereHaveBeenEnough() throws Exception {
    assertThat(costs(3, 500.0, 400.0, 300.0, 200.0)).containsExactly(500.0, 400.0, 300.0);
  }

  private static List<Double> costs(int most, Double... costs) throws Exception {
    Iterator<Double> next = List.of(costs).iterator();
    return WarmUp.run(most, next::next);
  }
}
