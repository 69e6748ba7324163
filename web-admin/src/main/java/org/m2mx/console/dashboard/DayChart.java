package org.m2mx.console.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.m2mx.registry.call.CallFigures.Figure;
import org.m2mx.registry.call.CallRecord.Result;

/**
 * The calls of a day in quarters of an hour, drawn as bars: answered below, concealed from the
 * caller in the middle, the rest above. Lengths are in the units of the picture.
 */
public final class DayChart {
  /** How long a bar stands for. */
  static final Duration QUARTER = Duration.ofMinutes(15);

  private static final int BARS = 96;
  private static final int STEP = 10;
  private static final int LEFT = 48;
  private static final int TOP = 12;
  private static final int HEIGHT = 160;
  private static final int FOOT = 24;

  /** For the half of the last time that reaches beyond the bars. */
  private static final int MARGIN = 24;

  private static final int HOURS_BETWEEN_MARKS = 3;
  private static final long[] NICE = {1, 2, 5};

  private final List<Bar> bars = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final long top;

  /**
   * A quarter of an hour.
   *
   * @param begin when it begins
   * @param x where its bar is
   * @param answered how many calls were answered
   * @param refused how many callers were told that there is no such user
   * @param other how many came to anything else
   * @param answeredY where that part of the bar begins, from the top
   * @param answeredHeight how high it is
   * @param refusedY as before
   * @param refusedHeight as before
   * @param otherY as before
   * @param otherHeight as before
   */
  public record Bar(
      Instant begin,
      int x,
      long answered,
      long refused,
      long other,
      int answeredY,
      int answeredHeight,
      int refusedY,
      int refusedHeight,
      int otherY,
      int otherHeight) {
    /** Whether there is nothing to draw. */
    public boolean blank() {
      return answered + refused + other == 0;
    }
  }

  /** A time below the bars. */
  public record Mark(int x, String text) {}

  /**
   * @param figures what to draw, in quarters of an hour; what lies before the day is left out
   * @param now when the day ends
   * @param zone whose times to write
   */
  DayChart(List<Figure> figures, Instant now, ZoneId zone) {
    var first = begin(now);
    var counts = new long[BARS][3];
    for (var figure : figures) {
      var bar =
          Math.floorDiv(Duration.between(first, figure.begin()).toMinutes(), QUARTER.toMinutes());
      if (bar >= 0 && bar < BARS) {
        counts[(int) bar][part(figure.result())] += figure.count();
      }
    }
    long most = 0;
    for (var count : counts) {
      most = Math.max(most, count[0] + count[1] + count[2]);
    }
    top = niceAbove(most);
    for (int i = 0; i < BARS; i++) {
      add(first.plus(QUARTER.multipliedBy(i)), i, counts[i], zone);
    }
  }

  /** When the first bar of a day that ends now begins. */
  static Instant begin(Instant now) {
    var quarter = QUARTER.toSeconds();
    var last = Math.floorDiv(now.getEpochSecond(), quarter) * quarter;
    return Instant.ofEpochSecond(last).minus(QUARTER.multipliedBy(BARS - 1));
  }

  private void add(Instant begin, int number, long[] count, ZoneId zone) {
    var x = LEFT + number * STEP;
    var answered = height(count[0]);
    var refused = height(count[0] + count[1]) - answered;
    var other = height(count[0] + count[1] + count[2]) - answered - refused;
    var floor = TOP + HEIGHT;
    bars.add(
        new Bar(
            begin,
            x,
            count[0],
            count[1],
            count[2],
            floor - answered,
            answered,
            floor - answered - refused,
            refused,
            floor - answered - refused - other,
            other));
    var time = LocalTime.ofInstant(begin, zone).truncatedTo(ChronoUnit.MINUTES);
    if (time.getMinute() == 0 && time.getHour() % HOURS_BETWEEN_MARKS == 0) {
      marks.add(new Mark(x, time.toString()));
    }
  }

  private int height(long count) {
    return (int) Math.round((double) HEIGHT * count / top);
  }

  private static int part(Result result) {
    return switch (result) {
      case ANSWERED -> 0;
      case CONCEALED -> 1;
      case OFF_LINE, CANCELLED, FAILED -> 2;
    };
  }

  private static long niceAbove(long most) {
    for (long power = 1; true; power *= 10) {
      for (var step : NICE) {
        if (step * power >= most) {
          return step * power;
        }
      }
    }
  }

  public List<Bar> getBars() {
    return bars;
  }

  public List<Mark> getMarks() {
    return marks;
  }

  /** How many calls the highest line stands for. */
  public long getTop() {
    return top;
  }

  public int getLeft() {
    return LEFT;
  }

  public int getCeiling() {
    return TOP;
  }

  public int getFloor() {
    return TOP + HEIGHT;
  }

  public int getRight() {
    return LEFT + BARS * STEP;
  }

  /** How many calls of the day were answered. */
  public long getAnswered() {
    return bars.stream().mapToLong(Bar::answered).sum();
  }

  /** How many callers were told that there is no such user. */
  public long getRefused() {
    return bars.stream().mapToLong(Bar::refused).sum();
  }

  /** How many calls came to anything else. */
  public long getOther() {
    return bars.stream().mapToLong(Bar::other).sum();
  }

  public int getWidth() {
    return getRight() + MARGIN;
  }

  public int getBottom() {
    return TOP + HEIGHT + FOOT;
  }
}
