package org.m2mx.bench.concealment;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How long each answer took, and how far two such samples are apart: the Kolmogorov-Smirnov
 * distance, the greatest difference between their cumulative distributions, 0 to 1.
 */
final class Samples {
  private final double[] values;

  /**
   * @param values in any unit, at least two
   */
  Samples(double[] values) {
    if (values.length < 2) {
      throw new IllegalArgumentException("two values at least");
    }
    this.values = values.clone();
  }

  /** A share of the values lies below this. */
  double quantile(double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  /**
   * Distances between a random half of these and a random half of others.
   *
   * @param draws how many
   * @return in ascending order
   */
  double[] distances(Samples others, int draws, SplittableRandom random) {
    double[] distances = new double[draws];
    for (int i = 0; i < draws; i++) {
      distances[i] = distance(halves(random)[0], others.halves(random)[0]);
    }
    Arrays.sort(distances);
    return distances;
  }

  /**
   * Distances between two random halves of these.
   *
   * @param draws how many
   * @return in ascending order
   */
  double[] distancesWithin(int draws, SplittableRandom random) {
    double[] distances = new double[draws];
    for (int i = 0; i < draws; i++) {
      double[][] halves = halves(random);
      distances[i] = distance(halves[0], halves[1]);
    }
    Arrays.sort(distances);
    return distances;
  }

  /** Two halves, each sorted. */
  private double[][] halves(SplittableRandom random) {
    double[] shuffled = values.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    int half = shuffled.length / 2;
    double[] first = Arrays.copyOfRange(shuffled, 0, half);
    double[] second = Arrays.copyOfRange(shuffled, half, 2 * half);
    Arrays.sort(first);
    Arrays.sort(second);
    return new double[][] {first, second};
  }

  /**
   * The distance between two sorted samples.
   *
   * @param one sorted
   * @param other sorted
   */
  static double distance(double[] one, double[] other) {
    int i = 0;
    int j = 0;
    double greatest = 0;
    while (i < one.length && j < other.length) {
      double value = Math.min(one[i], other[j]);
      while (i < one.length && one[i] == value) {
        i++;
      }
      while (j < other.length && other[j] == value) {
        j++;
      }
      double difference = Math.abs((double) i / one.length - (double) j / other.length);
      greatest = Math.max(greatest, difference);
    }
    return greatest;
  }
}
