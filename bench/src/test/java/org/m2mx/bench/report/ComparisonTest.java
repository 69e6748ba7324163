package org.m2mx.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void dividesMediansOfRoundsByTheReference() {
    Comparison comparison = new Comparison("REGISTER", "Kamailio");
    comparison.add("m2mx", new Measurement(4000, 4100, 3600, 200, 100, 1, 9, 700));
    comparison.add("Kamailio", new Measurement(2000, 2100, 1800, 200, 300, 1, 9, 100));
    comparison.add("m2mx", new Measurement(5000, 5100, 4500, 300, 100, 1, 9, 700));
    comparison.add("Kamailio", new Measurement(1000, 1100, 900, 300, 300, 1, 9, 100));
    assertThat(comparison.toString().lines())
        .anySatisfy(line -> assertThat(line).matches("\\| m2mx, round 2 +\\| 5000 .*"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\| m2mx / Kamailio +\\| 3.00 +\\| 2.88 +\\| 3.00 +\\| 1.00 +\\| 0.33 +\\|.*\\| 7.00 +\\|"));
  }

  @Test
  void oneServerAloneHasNoRatios() {
    Comparison comparison = new Comparison("REGISTER", "Kamailio");
    comparison.add("m2mx", new Measurement(4000, 4100, 3600, 200, 100, 1, 9, 700));
    assertThat(comparison.toString()).contains("m2mx, round 1").doesNotContain("/ Kamailio");
  }

  @Test
  void aRowHasAsManyCellsAsTheTableColumns() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Table("a", "b").row("1"));
  }
}
