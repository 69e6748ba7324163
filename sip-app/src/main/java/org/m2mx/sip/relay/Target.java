package org.m2mx.sip.relay;

import java.util.List;
import java.util.function.Predicate;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;

/**
 * Whom a request is for.
 *
 * @param aor the subscriber, who may exist or not
 * @param devices which of its bindings are meant: all, or those of the device that a GRUU names
 * @param temporary whether it was named by a temporary GRUU, which names nobody any more once its
 *     device has gone
 */
public record Target(Aor aor, Predicate<Binding> devices, boolean temporary) {

  /** Every device of a subscriber. */
  static Target all(Aor aor) {
    return new Target(aor, binding -> true, false);
  }

  /** The bindings that are meant, in their order. */
  List<Binding> among(List<Binding> bindings) {
    return bindings.stream().filter(devices).toList();
  }

  /** Whether the name has ended (RFC 5627 section 5.4): 404, as for any name that nobody has. */
  boolean hasEnded(List<Binding> bindings) {
    return temporary && bindings.stream().noneMatch(devices);
  }
}
