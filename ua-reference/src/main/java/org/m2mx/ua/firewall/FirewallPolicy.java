package org.m2mx.ua.firewall;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Which holes a user agent opens.
 *
 * @param finders the kinds of firewall to look for; none if no hole is to be opened
 * @param coarsest a session fails rather than that a coarser hole is opened for it
 * @param lease how long a hole outlives a user agent that has died, 1 second to a day; it is
 *     renewed at half of it
 */
public record FirewallPolicy(
    List<FirewallFinder> finders, SourceRestriction coarsest, Duration lease) {
  /** The lease that suits a home: a dead user agent's hole closes within two minutes. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(120);

  /** Opens no holes. */
  public static final FirewallPolicy NO_HOLES =
      new FirewallPolicy(List.of(), SourceRestriction.ANY_SOURCE, DEFAULT_LEASE);

  /** Copies the finders. */
  public FirewallPolicy {
    finders = List.copyOf(finders);
    Objects.requireNonNull(coarsest);
    Objects.requireNonNull(lease);
  }
}
