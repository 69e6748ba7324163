package org.m2mx.registry.binding;

import static java.util.stream.Collectors.toSet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.m2mx.registry.Aor;

/**
 * Every binding that the table has, as far as it is committed. One thread changes it; any may read,
 * and sees the bindings of an address of record all before or all after a change.
 */
final class BindingMemory {
  private final Map<Aor, List<Binding>> ofAor = new ConcurrentHashMap<>();
  private final Map<String, Set<Aor>> ofFlow = new ConcurrentHashMap<>();

  List<Binding> of(Aor aor) {
    return ofAor.getOrDefault(aor, List.of());
  }

  /** Who may have a binding of a flow. */
  Set<Aor> withFlow(String flow) {
    return Set.copyOf(ofFlow.getOrDefault(flow, Set.of()));
  }

  /** Who has a binding that has expired. */
  Stream<Aor> withExpired(Instant now) {
    return ofAor.entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(binding -> !binding.liveAt(now)))
        .map(Map.Entry::getKey);
  }

  /** How many have a binding that is live. */
  long count(Predicate<Aor> whose, Instant now) {
    return ofAor.entrySet().stream()
        .filter(entry -> whose.test(entry.getKey()))
        .filter(entry -> entry.getValue().stream().anyMatch(binding -> binding.liveAt(now)))
        .count();
  }

  /** Who in any of some domains has a binding. */
  Set<Aor> within(Set<String> domains) {
    return ofAor.keySet().stream().filter(aor -> domains.contains(aor.domain())).collect(toSet());
  }

  /** Adds to what an address of record has. */
  void add(Binding binding) {
    var before = of(binding.aor());
    put(binding.aor(), Stream.concat(before.stream(), Stream.of(binding)).toList());
  }

  /** Replaces what an address of record has. */
  void put(Aor aor, List<Binding> bindings) {
    var before = bindings.isEmpty() ? ofAor.remove(aor) : ofAor.put(aor, List.copyOf(bindings));
    for (var binding : bindings) {
      if (binding.flow() != null) {
        ofFlow.computeIfAbsent(binding.flow(), flow -> ConcurrentHashMap.newKeySet(2)).add(aor);
      }
    }
    if (before != null) {
      for (var binding : before) {
        forgetFlow(binding, bindings);
      }
    }
  }

  private void forgetFlow(Binding gone, List<Binding> present) {
    if (gone.flow() != null && !uses(present, gone.flow())) {
      ofFlow.computeIfPresent(
          gone.flow(),
          (flow, aors) -> {
            aors.remove(gone.aor());
            return aors.isEmpty() ? null : aors;
          });
    }
  }

  private static boolean uses(List<Binding> bindings, String flow) {
    for (var binding : bindings) {
      if (flow.equals(binding.flow())) {
        return true;
      }
    }
    return false;
  }
}
