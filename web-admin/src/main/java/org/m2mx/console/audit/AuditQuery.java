package org.m2mx.console.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLEncoder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditFilter;

/**
 * Which part of the audit trail an address asks for, so that a page can be linked to and a file of
 * the same lines be had.
 *
 * @param domain the ISP; null for all
 * @param filter which lines
 * @param before only those with a smaller number
 */
record AuditQuery(String domain, AuditFilter filter, long before) {
  static final List<String> PARAMETERS =
      List.of("domain", "actor", "action", "subject", "from", "until", "before");

  /**
   * Reads it from the parameters of an address. Days are whole days in the server's time zone.
   *
   * @param parameters null or empty for what is not asked for
   * @param reach the ISP that whoever asks is bound to, which is meant when none is named; null
   * @throws IllegalArgumentException when a value is not of its kind; the message is the parameter
   */
  static AuditQuery of(Function<String, String> parameters, String reach, ZoneId zone) {
    var values = new LinkedHashMap<String, String>();
    PARAMETERS.forEach(name -> values.put(name, stripped(parameters.apply(name))));
    var domain = values.get("domain");
    var filter =
        new AuditFilter(
            values.get("actor"),
            read(values, "action", Action::valueOf),
            values.get("subject"),
            read(values, "from", day -> startOf(LocalDate.parse(day), zone)),
            read(values, "until", day -> startOf(LocalDate.parse(day).plusDays(1), zone)));
    var before = read(values, "before", Long::valueOf);
    return new AuditQuery(
        domain == null ? reach : domain, filter, before == null ? Long.MAX_VALUE : before);
  }

  /** The query string that asks for the same, but for what is given otherwise. */
  static String string(Function<String, String> parameters, Map<String, String> otherwise) {
    var values = new LinkedHashMap<String, String>();
    PARAMETERS.forEach(
        name -> values.put(name, otherwise.getOrDefault(name, parameters.apply(name))));
    return values.entrySet().stream()
        .filter(value -> stripped(value.getValue()) != null)
        .map(value -> value.getKey() + '=' + URLEncoder.encode(value.getValue(), UTF_8))
        .collect(joining("&"));
  }

  private static Instant startOf(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  private static <T> T read(Map<String, String> values, String name, Function<String, T> reader) {
    var value = values.get(name);
    try {
      return value == null ? null : reader.apply(value);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  private static String stripped(String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }
}
