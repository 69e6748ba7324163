package org.m2mx.registry.binding;

import org.m2mx.registry.Aor;

/** A REGISTER would give an address of record more bindings than allowed; nothing was changed. */
public class TooManyBindingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooManyBindingsException(Aor aor, int wanted, int allowed) {
    super("%s would have %d bindings, %d are allowed".formatted(aor, wanted, allowed));
  }
}
