package org.m2mx.console.openid;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Remembers what a provider says of itself. What was true an hour ago is better than nothing: it
 * holds on while the provider does not answer, and whoever has not answered is left alone for a
 * while.
 */
final class Discovery {
  /** For how long an answer is not asked for again. */
  static final Duration FRESH = Duration.ofHours(1);

  /** For how long the provider is not asked after it has not answered. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  private static final Logger LOG = System.getLogger(Discovery.class.getName());

  private final Question<Description> question;
  private final Clock clock;
  private volatile Answer answer;
  private volatile Failure failure;

  private record Answer(Description description, Instant until) {}

  private record Failure(String reason, Instant until) {}

  /**
   * @param question what is asked
   * @param clock tells when it is asked again
   */
  Discovery(Question<Description> question, Clock clock) {
    this.question = question;
    this.clock = clock;
  }

  /**
   * What the provider says of itself, or has said.
   *
   * @throws ProviderException when it has never said anything
   */
  Description description() throws ProviderException {
    var known = answer;
    var failed = failure;
    var now = clock.instant();
    if (known != null && now.isBefore(known.until())) {
      return known.description();
    }
    if (failed == null || !now.isBefore(failed.until())) {
      return asked(known);
    }
    if (known == null) {
      throw new ProviderException(failed.reason() + "; asked again after " + failed.until());
    }
    return known.description();
  }

  private Description asked(Answer known) throws ProviderException {
    try {
      var description = question.ask();
      answer = new Answer(description, clock.instant().plus(FRESH));
      return description;
    } catch (ProviderException e) {
      failure = new Failure(e.getMessage(), clock.instant().plus(PAUSE));
      if (known == null) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          "What the OpenID provider said of itself before holds on: {0}",
          e.getMessage());
      return known.description();
    }
  }
}
