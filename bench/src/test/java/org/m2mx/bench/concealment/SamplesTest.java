package org.m2mx.bench.concealment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static final int SIZE = 4000;
  private static final int DRAWS = 200;

  @Test
  void theDistanceIsTheGreatestDifferenceOfTheDistributions() {
    assertThat(Samples.distance(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 4})).isZero();
    assertThat(Samples.distance(new double[] {1, 2}, new double[] {3, 4})).isEqualTo(1);
    assertThat(Samples.distance(new double[] {1, 2, 3, 4}, new double[] {3, 4, 5, 6}))
        .isCloseTo(0.5, within(1e-9));
    assertThat(Samples.distance(new double[] {1, 1, 1}, new double[] {1})).isZero();
  }

  @Test
  void anEarlyExitOfAFewPercentIsSeenAndNoneIsNotSeen() {
    Samples nobody = samples(1, 0);
    Samples alike = samples(2, 0);
    Samples early = samples(3, -5);
    double[] within = nobody.distancesWithin(DRAWS, new SplittableRandom(4));
    double limit = within[(int) (0.99 * DRAWS)];

    assertThat(middle(alike, nobody)).isLessThan(limit);
    assertThat(middle(early, nobody)).isGreaterThan(limit);
  }

  @Test
  void quantilesAreThoseOfTheValues() {
    Samples samples = new Samples(IntStream.range(0, 100).mapToDouble(i -> 99 - i).toArray());
    assertThat(samples.quantile(0)).isZero();
    assertThat(samples.quantile(0.5)).isEqualTo(50);
    assertThat(samples.quantile(0.99)).isEqualTo(99);
  }

  private static double middle(Samples one, Samples other) {
    return one.distances(other, DRAWS, new SplittableRandom(5))[DRAWS / 2];
  }

  /** Times around 100 with a spread of 20, moved. */
  private static Samples samples(long seed, double moved) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Samples(
        IntStream.range(0, SIZE)
            .mapToDouble(i -> 100 + moved + 20 * (random.nextDouble() + random.nextDouble() - 1))
            .toArray());
  }
}
