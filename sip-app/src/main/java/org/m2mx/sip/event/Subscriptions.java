package org.m2mx.sip.event;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.m2mx.registry.Aor;

/**
 * Subscriptions by an AOR that each has to do with.
 *
 * @param <S> a subscription
 */
public final class Subscriptions<S> {
  private final Map<Aor, Set<S>> byAor = new ConcurrentHashMap<>();

  /**
   * Adds one.
   *
   * @param most how many an AOR may have
   * @return false when it has as many already
   */
  public boolean add(Aor aor, S subscription, int most) {
    AtomicBoolean added = new AtomicBoolean();
    byAor.compute(
        aor,
        (key, present) -> {
          Set<S> all = present == null ? ConcurrentHashMap.newKeySet() : present;
          added.set(all.size() < most && all.add(subscription));
          return all;
        });
    return added.get();
  }

  /** Removes one, if it is there. */
  public void remove(Aor aor, S subscription) {
    byAor.computeIfPresent(
        aor,
        (key, all) -> {
          all.remove(subscription);
          return all.isEmpty() ? null : all;
        });
  }

  /** Those of an AOR; may change meanwhile. */
  public Stream<S> of(Aor aor) {
    return byAor.getOrDefault(aor, Set.of()).stream();
  }

  /** All there are. */
  public Stream<S> all() {
    return byAor.values().stream().flatMap(Set::stream);
  }
}
