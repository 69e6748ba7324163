package org.m2mx.console.dashboard;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.m2mx.registry.call.CallFigures;
import org.m2mx.registry.call.CallFigures.Figure;

/**
 * The calls of the last day, counted once a minute for all pages that show those of an ISP, or of
 * all ISPs: there may be many of both.
 */
@ApplicationScoped
public class DayFigures {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int REMEMBERED = 100;

  private final CallFigures calls;
  private final Clock clock;
  private final Map<String, Share> shares =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Share> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** For the client proxy only. */
  protected DayFigures() {
    this(null, null);
  }

  /**
   * @param calls count
   * @param clock tells when again
   */
  @Inject
  public DayFigures(CallFigures calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /**
   * A day.
   *
   * @param counted when
   * @param figures of its quarters of an hour
   */
  public record Day(Instant counted, List<Figure> figures) {}

  /**
   * The day that ends now, or ended less than a minute ago.
   *
   * @param domain of the ISP that whoever asks is bound to; null for all
   */
  public Day of(String domain) {
    Share share;
    synchronized (shares) {
      share = shares.computeIfAbsent(Objects.requireNonNullElse(domain, ""), key -> new Share());
    }
    return share.day(domain);
  }

  private final class Share {
    private Day day;

    // Those who ask meanwhile wait for the one count.
    synchronized Day day(String domain) {
      var now = clock.instant();
      if (day == null || !now.isBefore(day.counted().plus(MINUTE))) {
        day =
            new Day(
                now, calls.count(domain, DayChart.begin(now), now.plus(MINUTE), DayChart.QUARTER));
      }
      return day;
    }
  }
}
