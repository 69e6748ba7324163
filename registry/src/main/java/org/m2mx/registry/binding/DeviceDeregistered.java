package org.m2mx.registry.binding;

import org.m2mx.registry.Aor;

/**
 * CDI event, fired in the transaction in which somebody other than the device ends a binding.
 * Observe it after completion.
 *
 * @param aor whose it was
 * @param binding what was ended
 */
public record DeviceDeregistered(Aor aor, Binding binding) {}
