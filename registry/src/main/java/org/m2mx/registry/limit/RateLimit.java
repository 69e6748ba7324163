package org.m2mx.registry.limit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets everybody ask so often in a time, a few at once and then evenly spread. Of the many who
 * asked long ago it forgets the oldest.
 */
public class RateLimit {
  private static final int REMEMBERED = 10_000;

  private final int burst;
  private final Duration interval;
  private final Clock clock;
  // Until when each has used up what it may.
  private final Map<String, Instant> used =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param times how often, also at once; 1 or more
   * @param period in which time
   * @param clock tells the time
   */
  public RateLimit(int times, Duration period, Clock clock) {
    this.burst = times;
    this.interval = period.dividedBy(times);
    this.clock = clock;
  }

  /**
   * Counts a question.
   *
   * @param who asks
   * @return how long to wait before the next one; zero when this one may be answered
   */
  public synchronized Duration ask(String who) {
    var now = clock.instant();
    var from = used.getOrDefault(who, now);
    var next = (from.isBefore(now) ? now : from).plus(interval);
    var wait = Duration.between(now.plus(interval.multipliedBy(burst)), next);
    if (wait.isNegative() || wait.isZero()) {
      used.put(who, next);
      return Duration.ZERO;
    }
    return wait;
  }
}
