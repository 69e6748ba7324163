package org.m2mx.registry.subscriber;

import org.m2mx.registry.audit.Facts;

/**
 * What goes with a subscriber when it is deleted. Calls it made or got, and what the audit trail
 * says of it, stay.
 *
 * @param devices registered now
 * @param callers lines of its own list, of whom it lets call
 * @param named lines of others' lists, groups and rules that name it, which a later subscriber of
 *     the same name must not inherit
 */
public record Belongings(long devices, long callers, long named) {
  Facts facts() {
    return Facts.of("devices", devices).and("callers", callers).and("named", named);
  }
}
