package org.m2mx.sip.registrar;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How long a binding may live (RFC 3261 section 10.2.1.1 and step 7 of section 10.3).
 *
 * <p>A short-lived binding costs the server a transaction each time it is renewed; a long-lived one
 * keeps pointing at a device that is gone.
 */
@Singleton
public class ExpiryPolicy {
  private final long minimum;
  private final long byDefault;
  private final long maximum;

  /**
   * @param minimum shorter wishes are refused with 423, from {@code m2mx.registrar.min-expires}
   * @param byDefault given to those who ask for nothing, from {@code
   *     m2mx.registrar.default-expires}
   * @param maximum longer wishes are cut to this, from {@code m2mx.registrar.max-expires}
   * @throws IllegalArgumentException if the three are not in order, or the minimum is an hour or
   *     more, which RFC 3261 section 10.2.8 does not allow
   */
  @Inject
  public ExpiryPolicy(
      @ConfigProperty(name = "m2mx.registrar.min-expires", defaultValue = "PT1M") Duration minimum,
      @ConfigProperty(name = "m2mx.registrar.default-expires", defaultValue = "PT1H")
          Duration byDefault,
      @ConfigProperty(name = "m2mx.registrar.max-expires", defaultValue = "PT2H")
          Duration maximum) {
    if (minimum.isNegative()
        || minimum.compareTo(Duration.ofHours(1)) >= 0
        || byDefault.compareTo(minimum) < 0
        || maximum.compareTo(byDefault) < 0) {
      throw new IllegalArgumentException(
          "m2mx.registrar.min-expires=%s, default-expires=%s, max-expires=%s: they must be in this order, the minimum below PT1H"
              .formatted(minimum, byDefault, maximum));
    }
    this.minimum = minimum.toSeconds();
    this.byDefault = byDefault.toSeconds();
    this.maximum = maximum.toSeconds();
  }

  /**
   * What a contact gets.
   *
   * @param wished seconds from the contact's or the request's expires, or null for no wish; 0
   *     removes the binding
   * @return seconds, 0 to remove
   * @throws IntervalTooBriefException if the wish is above 0 and below the minimum
   */
  long grant(Long wished) throws IntervalTooBriefException {
    if (wished == null) {
      return byDefault;
    }
    if (wished == 0) {
      return 0;
    }
    if (wished < minimum) {
      throw new IntervalTooBriefException(minimum);
    }
    return Math.min(wished, maximum);
  }
}
