package org.m2mx.console.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.m2mx.console.subscriber.AorText;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallSearch;

/**
 * Which calls an address asks for, so that a page can be linked to and a file of the same calls be
 * had.
 *
 * @param domain the ISP; null for all
 * @param search which of its calls
 * @param after only those before this one
 * @param wrong values of parameters that are not of their kind
 */
record CallQuery(
    String domain, CallSearch search, Optional<CallSearch.Position> after, List<String> wrong) {
  private static final List<String> PARAMETERS =
      List.of("domain", "party", "result", "call", "from", "until", "after");

  /**
   * Reads it from the parameters of an address. Days are whole days in the zone.
   *
   * @param parameters null or empty for what is not asked for
   * @param reach the ISP that whoever asks is bound to, which is meant when none is named; null
   */
  static CallQuery of(UnaryOperator<String> parameters, String reach, ZoneId zone) {
    var reader = new Reader(parameters);
    var search =
        new CallSearch(
            reader.read("party", AorText::parse),
            Optional.empty(),
            reader.read("from", day -> startOf(LocalDate.parse(day), zone)),
            reader.read("until", day -> startOf(LocalDate.parse(day).plusDays(1), zone)),
            reader.read("result", CallRecord.Result::valueOf),
            value(parameters, "call"));
    return new CallQuery(
        value(parameters, "domain").orElse(reach),
        search,
        reader.read("after", CallQuery::position),
        reader.wrong);
  }

  /** A parameter; empty when it is missing or blank. */
  static Optional<String> value(UnaryOperator<String> parameters, String name) {
    return Optional.ofNullable(parameters.apply(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** The query string that asks for the same, but for what is given otherwise. */
  static String string(UnaryOperator<String> parameters, Map<String, String> otherwise) {
    return PARAMETERS.stream()
        .map(
            name ->
                Map.entry(name, otherwise.getOrDefault(name, value(parameters, name).orElse(""))))
        .filter(value -> !value.getValue().isEmpty())
        .map(value -> value.getKey() + '=' + URLEncoder.encode(value.getValue(), UTF_8))
        .collect(joining("&", "?", ""));
  }

  private static Instant startOf(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  private static CallSearch.Position position(String text) {
    var separator = text.indexOf('_');
    if (separator < 0) {
      throw new IllegalArgumentException("no position: " + text);
    }
    return new CallSearch.Position(
        Instant.parse(text.substring(0, separator)),
        UUID.fromString(text.substring(separator + 1)));
  }

  /** Reads values, and remembers those that it cannot read. */
  private static final class Reader {
    private final UnaryOperator<String> parameters;
    private final List<String> wrong = new ArrayList<>();

    Reader(UnaryOperator<String> parameters) {
      this.parameters = parameters;
    }

    <T> Optional<T> read(String name, Function<String, T> reader) {
      var value = value(parameters, name);
      try {
        return value.map(reader);
      } catch (IllegalArgumentException | DateTimeException e) {
        wrong.add(value.orElseThrow());
        return Optional.empty();
      }
    }
  }
}
