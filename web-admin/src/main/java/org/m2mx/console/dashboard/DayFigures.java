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
import java.util.concurrent.locks.ReentrantLock;
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
   * The day that ends now, or ended less than a minute ago; the one before while that is counted.
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
    private final ReentrantLock counting = new ReentrantLock();
    private volatile Day day;

    // Those who ask meanwhile are shown the last count, and wait only when there is none: a
    // database that is slow or away would keep them all.
    private Day day(String domain) {
      var last = day;
      if (last == null) {
        counting.lock();
      } else if (!isOver(last) || !counting.tryLock()) {
        return last;
      }
      try {
        if (day == null || isOver(day)) {
          day = count(domain);
        }
        return day;
      } finally {
        counting.unlock();
      }
    }

    private boolean isOver(Day counted) {
      return !clock.instant().isBefore(counted.counted().plus(MINUTE));
    }

    private Day count(String domain) {
      var now = clock.instant();
      return new Day(
          now, calls.count(domain, DayChart.begin(now), now.plus(MINUTE), DayChart.QUARTER));
    }
  }
}
