package org.m2mx.registry.binding;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.m2mx.registry.Aor;

/** What the bindings will be when the changes of a group are committed, one after the other. */
final class Draft {
  private final BindingMemory memory;
  private final Map<Aor, List<Binding>> changed = new LinkedHashMap<>();

  Draft(BindingMemory memory) {
    this.memory = memory;
  }

  List<Binding> of(Aor aor) {
    var drafted = changed.get(aor);
    return drafted == null ? memory.of(aor) : drafted;
  }

  Set<Aor> withFlow(String flow) {
    var aors = new HashSet<>(memory.withFlow(flow));
    aors.addAll(changed.keySet());
    return aors;
  }

  void put(Aor aor, List<Binding> bindings) {
    changed.put(aor, bindings);
  }

  /** Whose bindings are changed. */
  Set<Aor> aors() {
    return changed.keySet();
  }

  BindingTable.Changes changes() {
    var changes = new BindingTable.Changes();
    changed.forEach((aor, after) -> BindingTable.difference(memory.of(aor), after, changes));
    return changes;
  }

  /** To be called once the changes are committed. */
  void remember() {
    changed.forEach(memory::put);
  }
}
