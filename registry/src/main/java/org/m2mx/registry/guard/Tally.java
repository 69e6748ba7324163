package org.m2mx.registry.guard;

import java.time.Duration;
import java.time.Instant;

/**
 * The wrong proofs of one source, one account, or one account at one source.
 *
 * @param wrong how many since the last shut-out
 * @param shutOuts how many shut-outs there were
 * @param last when the latest wrong proof came
 * @param since when the latest shut-out began; null when there was none
 * @param until when it ends or ended; null when there was none
 */
record Tally(int wrong, int shutOuts, Instant last, Instant since, Instant until) {
  private static final int MOST_DOUBLINGS = 30;

  /**
   * What follows from how many.
   *
   * @param wrong so many lead to a shut-out, from 1
   * @param memory after such a time without a wrong proof all is forgotten
   * @param shutOut how long the first shut-out lasts; each further one twice as long
   * @param longest how long one lasts at most
   */
  record Limit(int wrong, Duration memory, Duration shutOut, Duration longest) {

    private Duration shutOut(int before) {
      Duration doubled = shutOut.multipliedBy(1L << Math.min(before, MOST_DOUBLINGS));
      return doubled.compareTo(longest) < 0 ? doubled : longest;
    }
  }

  static Tally none(Instant now) {
    return new Tally(0, 0, now, null, null);
  }

  /** The tally after one more wrong proof. During a shut-out nothing is counted. */
  Tally plusOne(Instant now, Limit limit) {
    if (shutOutAt(now)) {
      return this;
    }
    Tally before = forgottenAt(now, limit) ? none(now) : this;
    if (before.wrong + 1 < limit.wrong()) {
      return new Tally(before.wrong + 1, before.shutOuts, now, before.since, before.until);
    }
    return new Tally(0, before.shutOuts + 1, now, now, now.plus(limit.shutOut(before.shutOuts)));
  }

  boolean shutOutAt(Instant now) {
    return until != null && until.isAfter(now);
  }

  /** How far beyond the half of the way to the limit this is, in wrong proofs; 0 if it is not. */
  int excess(Limit limit) {
    return Math.max(0, wrong - limit.wrong() / 2);
  }

  private boolean forgottenAt(Instant now, Limit limit) {
    Instant quietSince = until == null || last.isAfter(until) ? last : until;
    return quietSince.plus(limit.memory()).isBefore(now);
  }
}
