package org.m2mx.tests.architecture;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.meter.Figure;

/** What docs/operators/metrics.md tells operators is what the service's meters are. */
class MetricsDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "operators", "metrics.md");
  private static final Pattern ROW = Pattern.compile("\\| `m2mx\\.[a-z.]+` \\|.*");

  @Test
  void tellsEveryFigure() throws IOException {
    assertThat(Files.readAllLines(DOCUMENT).stream().filter(ROW.asMatchPredicate()))
        .containsExactlyElementsOf(
            Arrays.stream(Figure.values()).map(MetricsDocumentTest::row).toList());
  }

  private static String row(Figure figure) {
    String type = figure.type().name().toLowerCase(Locale.ROOT);
    return "| `%s` | %s |%s | %s |"
        .formatted(
            figure.meter(),
            figure.unit().isEmpty() ? type : type + ", " + figure.unit(),
            figure.tags().stream().map(" `%s`"::formatted).collect(joining(",")),
            figure.meaning());
  }
}
