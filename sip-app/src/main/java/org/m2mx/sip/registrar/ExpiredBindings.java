package org.m2mx.sip.registrar;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.sip.round.Rounds;

/**
 * Takes expired bindings out of the database. Nobody sees them any more by then: this only keeps
 * the table small.
 */
@Singleton
public class ExpiredBindings {
  private static final Logger LOG = System.getLogger(ExpiredBindings.class.getName());

  private final Bindings bindings;
  private final Clock clock;
  private final Rounds rounds;
  private final Duration interval;

  /**
   * @param bindings to be swept
   * @param clock the time
   * @param rounds do it regularly
   * @param interval how often, from {@code m2mx.registrar.sweep-interval}
   * @throws IllegalArgumentException if the interval is shorter than a second
   */
  @Inject
  public ExpiredBindings(
      Bindings bindings,
      Clock clock,
      Rounds rounds,
      @ConfigProperty(name = "m2mx.registrar.sweep-interval", defaultValue = "PT1M")
          Duration interval) {
    if (interval.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "m2mx.registrar.sweep-interval=" + interval + ": give PT1S or more");
    }
    this.bindings = bindings;
    this.clock = clock;
    this.rounds = rounds;
    this.interval = interval;
  }

  void start(@Observes Startup start) {
    rounds.begin(interval, this::sweep);
  }

  private void sweep() {
    try {
      int removed = bindings.removeExpired(clock.instant());
      if (removed > 0) {
        LOG.log(Level.INFO, "{0} expired bindings removed", removed);
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the sweeping for good.
      LOG.log(
          Level.ERROR, "Expired bindings could not be removed; the next try is in " + interval, e);
    }
  }
}
