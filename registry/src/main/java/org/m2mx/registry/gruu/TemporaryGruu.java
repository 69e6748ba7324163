package org.m2mx.registry.gruu;

import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;

/**
 * What a temporary GRUU stands for, to those who can read it.
 *
 * @param aor whose device it is
 * @param mark tells the device's registration from every other one
 */
public record TemporaryGruu(Aor aor, long mark) {

  /** Whether a binding belongs to the registration that the GRUU was given to. */
  public boolean names(Binding binding) {
    return binding.instanceId() != null
        && binding.aor().equals(aor)
        && TemporaryGruus.mark(binding) == mark;
  }
}
