package org.m2mx.tests.architecture;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.sipcontainer.config.SipSettings;

/** What docs/operators/configuration.md tells operators is what the code does. */
@AnalyzeClasses(packages = "org.m2mx", importOptions = ImportOption.DoNotIncludeTests.class)
class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "operators", "configuration.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(m2mx\\.[a-z0-9.-]+)` \\| [^|]+ \\| ([^|]+) \\|");
  private static final Pattern LITERAL = Pattern.compile("`([^`]+)`");
  private static final Pattern CONTAINERS =
      Pattern.compile("`(sip\\.[a-z.-]+)`(?: [a-z]+)?\\s\\((\\d+)(?: ms)?\\)");

  /** Keys of the server's own configuration, which ear/src/main/cli/m2mx.cli reads. */
  private static final String DATABASE = "m2mx.database.";

  private record Property(String key, Optional<String> byDefault) {
    static Property of(JavaAnnotation<?> annotation) {
      String key = (String) annotation.getExplicitlyDeclaredProperty("name");
      return new Property(
          key,
          annotation
              .tryGetExplicitlyDeclaredProperty("defaultValue")
              .map(String.class::cast)
              .filter(value -> !value.equals(ConfigProperty.UNCONFIGURED_VALUE)));
    }
  }

  @ArchTest
  static void namesEveryKey(JavaClasses classes) {
    Set<String> written = rows().keySet();
    assertThat(properties(classes).map(Property::key).collect(toSet()))
        .containsExactlyInAnyOrderElementsOf(
            written.stream().filter(key -> !key.startsWith(DATABASE)).toList());
  }

  @ArchTest
  static void tellsTheDefaults(JavaClasses classes) {
    Map<String, String> rows = rows();
    properties(classes)
        .forEach(
            property -> {
              Optional<String> told =
                  LITERAL
                      .matcher(rows.get(property.key()))
                      .results()
                      .findFirst()
                      .filter(literal -> literal.group().equals(rows.get(property.key())))
                      .map(literal -> literal.group(1));
              assertThat(told).as(property.key()).isEqualTo(property.byDefault());
            });
  }

  @ArchTest
  static void tellsTheDefaultsOfTheContainer(JavaClasses classes) {
    List<MatchResult> told = CONTAINERS.matcher(document()).results().toList();
    assertThat(told).hasSize(3);
    for (MatchResult setting : told) {
      assertThat(settings(Map.of(setting.group(1), setting.group(2))))
          .as(setting.group())
          .isEqualTo(settings(Map.of()));
      assertThat(settings(Map.of(setting.group(1), "17")))
          .as(setting.group())
          .isNotEqualTo(settings(Map.of()));
    }
  }

  private static SipSettings settings(Map<String, String> values) {
    return SipSettings.from(key -> Optional.ofNullable(values.get(key)));
  }

  private static Map<String, String> rows() {
    return ROW.matcher(document())
        .results()
        .collect(toMap(row -> row.group(1), row -> row.group(2)));
  }

  private static String document() {
    try {
      return Files.readString(DOCUMENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Property> properties(JavaClasses classes) {
    return classes.stream()
        .flatMap(ConfigurationDocumentTest::injectionPoints)
        .flatMap(point -> point.tryGetAnnotationOfType(ConfigProperty.class.getName()).stream())
        .map(Property::of)
        .filter(property -> property.key().startsWith("m2mx."));
  }

  private static Stream<HasAnnotations<?>> injectionPoints(JavaClass type) {
    Stream<HasAnnotations<?>> parameters =
        type.getCodeUnits().stream().map(JavaCodeUnit::getParameters).flatMap(List::stream);
    return Stream.of(type.getFields().stream(), parameters).flatMap(identity());
  }
}
