package org.m2mx.registry.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.guard.ShutOut.Cause;
import org.m2mx.registry.meter.ServiceMeters;

/**
 * Keeps strangers from guessing. Wrong proofs are counted for each account at each source, for each
 * source and for each account; past half of a limit answers are slowed, at the limit whoever it
 * concerns is shut out for a while.
 *
 * <p>An account that does not exist is counted as one that does. Where an account has proven itself
 * lately it is at home: what strangers do elsewhere does not shut it out there.
 *
 * <p>All is kept in memory, each server for itself, and bounded.
 */
@ApplicationScoped
public class Guard {
  private static final Logger LOG = System.getLogger(Guard.class.getName());

  private record Place(Aor account, AddressBlock source) {}

  private final GuardLimits limits;
  private final Clock clock;
  private final ServiceMeters meters;
  private final Cache<Place, Tally> byPlace;
  private final Cache<AddressBlock, Tally> bySource;
  private final Cache<Aor, Tally> byAccount;
  private final Cache<Place, Boolean> homes;

  /** For the client proxy only. */
  protected Guard() {
    limits = null;
    meters = null;
    clock = null;
    byPlace = null;
    bySource = null;
    byAccount = null;
    homes = null;
  }

  /**
   * @param limits what to go by
   * @param clock the time
   * @param meters tell how many guess
   */
  @Inject
  public Guard(GuardLimits limits, Clock clock, ServiceMeters meters) {
    this.limits = limits;
    this.clock = clock;
    this.meters = meters;
    this.byPlace = tallies();
    this.bySource = tallies();
    this.byAccount = tallies();
    this.homes =
        Caffeine.newBuilder()
            .maximumSize(limits.entries())
            .expireAfterAccess(limits.trust())
            .executor(Runnable::run)
            .build();
  }

  private <K> Cache<K, Tally> tallies() {
    return Caffeine.newBuilder()
        .maximumSize(limits.entries())
        .expireAfterWrite(limits.longestMemory())
        .executor(Runnable::run)
        .build();
  }

  /**
   * Takes note of a wrong proof.
   *
   * @param account whose it was to be, existing or not
   * @param source the address literal it came from
   * @return how to answer it; the same for an account that exists and one that does not
   */
  public Reception wrong(Aor account, String source) {
    AddressBlock block = AddressBlock.around(source);
    if (limits.allows(block)) {
      return new Reception(Optional.empty(), Duration.ZERO);
    }
    meters.wrongProof();
    Instant now = clock.instant();
    Place place = new Place(account, block);
    boolean atHome = homes.getIfPresent(place) != null;
    Optional<ShutOut> elsewhere = longest(List.of(ofSource(block, now), ofAccount(account, now)));
    Optional<ShutOut> here = ofPlace(place, now);
    if (here.isPresent() || elsewhere.isPresent() && !atHome) {
      return refused(elsewhere.or(() -> here));
    }
    Tally.Limit placeLimit = limits.accountAtSource(atHome);
    int excess = count(byPlace, place, now, placeLimit).excess(placeLimit);
    if (elsewhere.isPresent()) {
      // Nobody there shall see from the answer whose home it is.
      return refused(elsewhere);
    }
    excess = Math.max(excess, count(bySource, block, now, limits.source()).excess(limits.source()));
    excess =
        Math.max(excess, count(byAccount, account, now, limits.account()).excess(limits.account()));
    Optional<ShutOut> begun =
        longest(List.of(ofPlace(place, now), ofSource(block, now), ofAccount(account, now)));
    if (begun.isPresent()) {
      meters.shutOut(begun.get().cause());
      LOG.log(
          Level.WARNING,
          "Shut out until {0}: {1}, the latest wrong proof was for {2} from {3}",
          begun.get().until(),
          begun.get().cause(),
          account,
          source);
      return refused(begun);
    }
    return new Reception(begun, limits.delay(excess));
  }

  private static Reception refused(Optional<ShutOut> shutOut) {
    return new Reception(shutOut, Duration.ZERO);
  }

  /**
   * Takes note of a right proof.
   *
   * @param account whose it is
   * @param source the address literal it came from
   * @return empty when it is believed; otherwise its sender is shut out and must be answered as if
   *     the proof were wrong
   */
  public Optional<ShutOut> right(Aor account, String source) {
    AddressBlock block = AddressBlock.around(source);
    Instant now = clock.instant();
    Place place = new Place(account, block);
    Optional<ShutOut> shutOut = ofPlace(place, now);
    if (shutOut.isEmpty() && homes.getIfPresent(place) == null) {
      shutOut = longest(List.of(ofSource(block, now), ofAccount(account, now)));
      if (shutOut.isEmpty()) {
        homes.put(place, true);
      }
    }
    if (shutOut.isEmpty()) {
      byPlace.invalidate(place);
    }
    return shutOut;
  }

  /** Everybody who is shut out at present, the latest first. */
  public List<ShutOut> shutOuts() {
    Instant now = clock.instant();
    List<ShutOut> all = new ArrayList<>();
    byPlace.asMap().keySet().forEach(place -> ofPlace(place, now).ifPresent(all::add));
    bySource.asMap().keySet().forEach(source -> ofSource(source, now).ifPresent(all::add));
    byAccount.asMap().keySet().forEach(account -> ofAccount(account, now).ifPresent(all::add));
    all.sort(Comparator.comparing(ShutOut::since).reversed());
    return all;
  }

  /**
   * Ends a shut-out before its time; what led to it is forgotten.
   *
   * @return whether there was one
   */
  public boolean lift(ShutOut shutOut) {
    return switch (shutOut.cause()) {
      case ACCOUNT_AT_SOURCE -> forget(byPlace, new Place(shutOut.account(), shutOut.source()));
      case SOURCE -> forget(bySource, shutOut.source());
      case ACCOUNT -> forget(byAccount, shutOut.account());
    };
  }

  private <K> boolean forget(Cache<K, Tally> tallies, K key) {
    var tally = tallies.asMap().remove(key);
    return tally != null && tally.shutOutAt(clock.instant());
  }

  private static <K> Tally count(Cache<K, Tally> tallies, K key, Instant now, Tally.Limit limit) {
    return tallies
        .asMap()
        .compute(
            key,
            (same, tally) ->
                Objects.requireNonNullElse(tally, Tally.none(now)).plusOne(now, limit));
  }

  private Optional<ShutOut> ofPlace(Place place, Instant now) {
    return shutOut(byPlace.getIfPresent(place), now)
        .map(
            t ->
                new ShutOut(
                    Cause.ACCOUNT_AT_SOURCE, place.account, place.source, t.since(), t.until()));
  }

  private Optional<ShutOut> ofSource(AddressBlock source, Instant now) {
    return shutOut(bySource.getIfPresent(source), now)
        .map(t -> new ShutOut(Cause.SOURCE, null, source, t.since(), t.until()));
  }

  private Optional<ShutOut> ofAccount(Aor account, Instant now) {
    return shutOut(byAccount.getIfPresent(account), now)
        .map(t -> new ShutOut(Cause.ACCOUNT, account, null, t.since(), t.until()));
  }

  private static Optional<Tally> shutOut(Tally tally, Instant now) {
    return Optional.ofNullable(tally).filter(t -> t.shutOutAt(now));
  }

  private static Optional<ShutOut> longest(List<Optional<ShutOut>> shutOuts) {
    return shutOuts.stream().flatMap(Optional::stream).max(Comparator.comparing(ShutOut::until));
  }
}
