package org.m2mx.sip.presence;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How much watching there may be. */
@Singleton
public class PresencePolicy {
  /** Shorter subscriptions are refused: a minute. */
  static final long MIN_EXPIRES_SECONDS = 60;

  private final int maxSubscriptions;
  private final long maxExpires;

  /**
   * @param maxSubscriptions how many a subscriber may have at a time, from {@code
   *     m2mx.presence.max-subscriptions}
   * @param maxExpires longer ones are cut to this, from {@code m2mx.presence.max-expires}
   * @throws IllegalArgumentException if one of them is too small
   */
  @Inject
  public PresencePolicy(
      @ConfigProperty(name = "m2mx.presence.max-subscriptions", defaultValue = "100")
          int maxSubscriptions,
      @ConfigProperty(name = "m2mx.presence.max-expires", defaultValue = "PT1H")
          Duration maxExpires) {
    if (maxSubscriptions < 1) {
      throw new IllegalArgumentException(
          "m2mx.presence.max-subscriptions=" + maxSubscriptions + ": give 1 or more");
    }
    if (maxExpires.toSeconds() < MIN_EXPIRES_SECONDS) {
      throw new IllegalArgumentException(
          "m2mx.presence.max-expires=" + maxExpires + ": give PT1M or more");
    }
    this.maxSubscriptions = maxSubscriptions;
    this.maxExpires = maxExpires.toSeconds();
  }

  int maxSubscriptions() {
    return maxSubscriptions;
  }

  /** Seconds. */
  long maxExpires() {
    return maxExpires;
  }
}
