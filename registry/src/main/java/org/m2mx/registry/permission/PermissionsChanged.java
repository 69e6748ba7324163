package org.m2mx.registry.permission;

import java.util.Optional;
import org.m2mx.registry.Aor;

/**
 * CDI event, fired in the transaction that changes who may call whom. Observe it after completion.
 *
 * @param callee whose list it is; empty when a group or a rule of an ISP changed, which may concern
 *     any
 */
public record PermissionsChanged(Optional<Aor> callee) {
  static PermissionsChanged of(Aor callee) {
    return new PermissionsChanged(Optional.of(callee));
  }

  static PermissionsChanged ofMany() {
    return new PermissionsChanged(Optional.empty());
  }
}
