package org.m2mx.registry.audit;

import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was true of something before or after a change: names and values, in an order that reads
 * well. Never a secret.
 *
 * @param values never null, neither names nor values; without control characters
 */
public record Facts(Map<String, String> values) {
  /** Nothing: it did not exist before, or does not afterwards. */
  public static final Facts NONE = new Facts(Map.of());

  /** Copies the values, in their order. */
  public Facts {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** One fact. */
  public static Facts of(String name, Object value) {
    return NONE.and(name, value);
  }

  /**
   * These facts and one more.
   *
   * @param value taken as text, control characters replaced; null is no fact
   */
  public Facts and(String name, Object value) {
    if (value == null) {
      return this;
    }
    var more = new LinkedHashMap<>(values);
    more.put(name, value.toString().replaceAll("\\p{Cntrl}", "\uFFFD"));
    return new Facts(more);
  }

  /** These facts and others; of a name in both, the others' value. */
  public Facts and(Facts others) {
    var more = new LinkedHashMap<>(values);
    more.putAll(others.values);
    return new Facts(more);
  }

  /** One {@code name=value} a line; empty when there is none. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(fact -> fact.getKey() + '=' + fact.getValue())
        .collect(joining("\n"));
  }

  static Facts parse(String lines) {
    var values = new LinkedHashMap<String, String>();
    lines
        .lines()
        .forEach(
            line -> {
              var separator = line.indexOf('=');
              values.put(line.substring(0, separator), line.substring(separator + 1));
            });
    return new Facts(values);
  }
}
