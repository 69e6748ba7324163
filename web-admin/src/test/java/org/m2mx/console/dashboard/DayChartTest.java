package org.m2mx.console.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallFigures.Figure;
import org.m2mx.registry.call.CallRecord.Result;

class DayChartTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:07:00Z");

  @Test
  void theLastBarIsTheQuarterThatGoesOn() {
    var chart = chart();
    assertThat(chart.getBars()).hasSize(96).allMatch(DayChart.Bar::blank);
    assertThat(chart.getBars().get(95).begin()).isEqualTo(Instant.parse("2026-11-22T12:00:00Z"));
    assertThat(DayChart.begin(NOW)).isEqualTo(chart.getBars().get(0).begin());
    assertThat(chart.getMarks())
        .extracting(DayChart.Mark::text)
        .containsExactly("15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00");
  }

  @Test
  void partsStandOnOneAnother() {
    var last = Instant.parse("2026-11-22T12:00:00Z");
    var chart =
        chart(
            new Figure(last, Result.ANSWERED, Reason.PERMITTED, 5),
            new Figure(last, Result.CONCEALED, Reason.NOT_PERMITTED, 3),
            new Figure(last, Result.FAILED, Reason.PERMITTED, 1),
            new Figure(last, Result.OFF_LINE, Reason.PERMITTED, 1));
    assertThat(chart.getTop()).isEqualTo(10);
    var bar = chart.getBars().get(95);
    assertThat(bar.answered()).isEqualTo(5);
    assertThat(bar.refused()).isEqualTo(3);
    assertThat(bar.other()).isEqualTo(2);
    assertThat(bar.answeredY() + bar.answeredHeight()).isEqualTo(chart.getFloor());
    assertThat(bar.refusedY() + bar.refusedHeight()).isEqualTo(bar.answeredY());
    assertThat(bar.otherY() + bar.otherHeight()).isEqualTo(bar.refusedY());
    assertThat(bar.otherY()).isEqualTo(chart.getCeiling());
    assertThat(chart.getAnswered()).isEqualTo(5);
    assertThat(chart.getRefused()).isEqualTo(3);
    assertThat(chart.getOther()).isEqualTo(2);
  }

  @Test
  void whatWasBeforeTheDayIsLeftOut() {
    var early = DayChart.begin(NOW).minus(Duration.ofMinutes(1));
    assertThat(chart(new Figure(early, Result.ANSWERED, Reason.PERMITTED, 7)).getBars())
        .allMatch(DayChart.Bar::blank);
  }

  @Test
  void theHighestLineIsARoundNumber() {
    for (var numbers : new long[][] {{0, 1}, {1, 1}, {3, 5}, {11, 20}, {201, 500}, {500, 500}}) {
      assertThat(chart(new Figure(NOW, Result.ANSWERED, Reason.PERMITTED, numbers[0])).getTop())
          .isEqualTo(numbers[1]);
    }
  }

  private static DayChart chart(Figure... figures) {
    return new DayChart(List.of(figures), NOW, ZoneOffset.UTC);
  }
}
