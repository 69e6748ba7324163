package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Figures in Prometheus' text format, version 0.0.4, read to the letter: each family says in two
 * lines what it is, before its samples and nowhere else, and no sample comes twice.
 */
final class Exposition {
  private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) (\\S.*)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram|summary)");
  private static final String LABEL = "[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile("(([a-z][a-z0-9_]*)(?:\\{" + LABEL + "(?:," + LABEL + ")*,?\\})?) (\\S+)");

  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, Double> samples = new LinkedHashMap<>();

  private Exposition() {}

  /** Reads a page. */
  static Exposition of(String text) {
    assertThat(text).endsWith("\n");
    Exposition read = new Exposition();
    Set<String> helped = new HashSet<>();
    String family = "";
    for (String line : text.split("\n")) {
      Matcher help = HELP.matcher(line);
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (help.matches()) {
        assertThat(helped.add(help.group(1))).as(line).isTrue();
        family = help.group(1);
      } else if (type.matches()) {
        assertThat(type.group(1)).as(line).isEqualTo(family);
        assertThat(read.types.put(family, type.group(2))).as(line).isNull();
      } else {
        assertThat(sample.matches()).as(line).isTrue();
        read.sample(family, sample.group(2), sample.group(1), sample.group(3));
      }
    }
    assertThat(read.types.keySet()).isEqualTo(helped);
    return read;
  }

  private void sample(String family, String name, String series, String value) {
    assertThat(types).as(series).containsKey(family);
    assertThat(name.substring(Math.min(family.length(), name.length())))
        .as(series)
        .matches(
            switch (types.get(family)) {
              case "histogram" -> "_bucket|_count|_sum";
              case "summary" -> "|_count|_sum";
              default -> "";
            });
    assertThat(name).startsWith(family);
    if (types.get(family).equals("counter")) {
      assertThat(family).endsWith("_total");
    }
    double number = value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
    // What a gauge cannot find out is NaN: a fault, wherever it is.
    assertThat(number).as(series).isNotNaN();
    assertThat(samples.put(series, number)).as(series).isNull();
  }

  /** The families, each with what it is. */
  Map<String, String> types() {
    return types;
  }

  /** The sum of all samples whose name and labels match. */
  OptionalDouble sum(String pattern) {
    double[] values =
        samples.entrySet().stream()
            .filter(sample -> sample.getKey().matches(pattern))
            .mapToDouble(Map.Entry::getValue)
            .toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(java.util.Arrays.stream(values).sum());
  }
}
