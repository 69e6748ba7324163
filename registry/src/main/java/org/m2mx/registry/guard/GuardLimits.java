package org.m2mx.registry.guard;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the guard goes by: {@code m2mx.guard.*}. */
@Dependent
public class GuardLimits {
  private final Tally.Limit accountAtSource;
  private final Tally.Limit ownAccountAtSource;
  private final Tally.Limit source;
  private final Tally.Limit account;
  private final Duration delay;
  private final Duration longestDelay;
  private final Duration trust;
  private final long entries;
  private final List<AddressBlock> allowed;

  /**
   * @param accountAtSource wrong proofs for one account from one source until it is shut out there
   * @param source wrong proofs from one source, for whatever account, until it is shut out
   * @param account wrong proofs for one account, from wherever, until it is shut out for strangers
   * @param memory after such a time without a wrong proof all is forgotten
   * @param shutOut how long the first shut-out lasts; each further one twice as long
   * @param longestShutOut how long one lasts at most
   * @param delay by how much the first slowed answer waits; each further one twice as long
   * @param longestDelay how long one waits at most, below the 32 s of a transaction (RFC 3261
   *     section 17.1.2.2)
   * @param trust how long a source is known as an account's own after its last right proof there
   * @param entries how many sources, accounts and pairs of both are remembered, of each
   * @param allowed blocks of addresses from which nothing is counted
   * @throws IllegalArgumentException if a value is out of its range; the message names its key
   */
  @Inject
  public GuardLimits(
      @ConfigProperty(name = "m2mx.guard.wrong-per-account-at-source", defaultValue = "6")
          int accountAtSource,
      @ConfigProperty(name = "m2mx.guard.wrong-per-source", defaultValue = "30") int source,
      @ConfigProperty(name = "m2mx.guard.wrong-per-account", defaultValue = "100") int account,
      @ConfigProperty(name = "m2mx.guard.memory", defaultValue = "PT30M") Duration memory,
      @ConfigProperty(name = "m2mx.guard.shut-out", defaultValue = "PT1M") Duration shutOut,
      @ConfigProperty(name = "m2mx.guard.longest-shut-out", defaultValue = "PT1H")
          Duration longestShutOut,
      @ConfigProperty(name = "m2mx.guard.delay", defaultValue = "PT0.5S") Duration delay,
      @ConfigProperty(name = "m2mx.guard.longest-delay", defaultValue = "PT4S")
          Duration longestDelay,
      @ConfigProperty(name = "m2mx.guard.trust", defaultValue = "P7D") Duration trust,
      @ConfigProperty(name = "m2mx.guard.entries", defaultValue = "200000") long entries,
      @ConfigProperty(name = "m2mx.guard.allow") Optional<List<String>> allowed) {
    between("m2mx.guard.memory", memory, Duration.ofSeconds(1), Duration.ofDays(7));
    between("m2mx.guard.shut-out", shutOut, Duration.ofSeconds(1), longestShutOut);
    between("m2mx.guard.longest-shut-out", longestShutOut, shutOut, Duration.ofDays(7));
    between("m2mx.guard.delay", delay, Duration.ZERO, longestDelay);
    between("m2mx.guard.longest-delay", longestDelay, delay, Duration.ofSeconds(20));
    between("m2mx.guard.trust", trust, Duration.ofSeconds(1), Duration.ofDays(365));
    if (entries < 1) {
      throw new IllegalArgumentException("m2mx.guard.entries=" + entries + ": give 1 or more");
    }
    this.accountAtSource =
        new Tally.Limit(
            atLeastOne("m2mx.guard.wrong-per-account-at-source", accountAtSource),
            memory,
            shutOut,
            longestShutOut);
    this.ownAccountAtSource = new Tally.Limit(accountAtSource, memory, shutOut, shutOut);
    this.source =
        new Tally.Limit(
            atLeastOne("m2mx.guard.wrong-per-source", source), memory, shutOut, longestShutOut);
    this.account =
        new Tally.Limit(
            atLeastOne("m2mx.guard.wrong-per-account", account), memory, shutOut, longestShutOut);
    this.delay = delay;
    this.longestDelay = longestDelay;
    this.trust = trust;
    this.entries = entries;
    this.allowed = allowed.orElse(List.of()).stream().map(GuardLimits::allowed).toList();
  }

  private static AddressBlock allowed(String block) {
    try {
      return AddressBlock.parse(block);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("m2mx.guard.allow: " + e.getMessage(), e);
    }
  }

  private static int atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + "=" + value + ": give 1 or more");
    }
    return value;
  }

  private static void between(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException("%s=%s: give %s to %s".formatted(key, value, least, most));
    }
  }

  Tally.Limit accountAtSource(boolean own) {
    return own ? ownAccountAtSource : accountAtSource;
  }

  Tally.Limit source() {
    return source;
  }

  Tally.Limit account() {
    return account;
  }

  Duration trust() {
    return trust;
  }

  /** How long a tally can matter. */
  Duration longestMemory() {
    return source.memory().plus(source.longest());
  }

  long entries() {
    return entries;
  }

  /** From where nothing is counted. */
  public List<AddressBlock> allowed() {
    return allowed;
  }

  boolean allows(AddressBlock from) {
    return allowed.stream().anyMatch(block -> block.contains(from));
  }

  /**
   * How long an answer waits.
   *
   * @param excess how many wrong proofs there were too many for an answer at once
   */
  Duration delay(int excess) {
    if (excess < 1) {
      return Duration.ZERO;
    }
    Duration doubled = delay.multipliedBy(1L << Math.min(excess - 1, 16));
    return doubled.compareTo(longestDelay) < 0 ? doubled : longestDelay;
  }
}
