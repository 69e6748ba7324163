package org.m2mx.ua.sdp;

/**
 * An {@code a=} line (RFC 8866 section 5.13).
 *
 * @param name the part before the colon
 * @param value the part after it, or null for a property attribute
 */
public record Attribute(String name, String value) {
  /** Returns {@code name} or {@code name:value}. */
  @Override
  public String toString() {
    return value == null ? name : name + ":" + value;
  }
}
