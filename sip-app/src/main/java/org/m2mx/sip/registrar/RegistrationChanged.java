package org.m2mx.sip.registrar;

import org.m2mx.registry.Aor;

/**
 * CDI event: the bindings of an AOR are not what they were, by a REGISTER that has been committed.
 *
 * @param aor whose
 */
public record RegistrationChanged(Aor aor) {}
