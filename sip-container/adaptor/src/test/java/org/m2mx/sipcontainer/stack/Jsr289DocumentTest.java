package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests docs/jsr289.md names. */
class Jsr289DocumentTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "jsr289.md");
  private static final List<Path> TESTS =
      List.of(
          Path.of("src", "test", "java"),
          Path.of("..", "portability", "src", "test", "java"),
          Path.of("..", "..", "arquillian-tests", "src", "test", "java"));
  private static final Pattern NAME = Pattern.compile("`(\\w+)#(\\w+)`");

  @Test
  void namesTestsThatThereAre() throws IOException {
    List<MatchResult> named = NAME.matcher(Files.readString(DOCUMENT)).results().toList();
    assertThat(named).hasSizeGreaterThan(30);
    for (MatchResult test : named) {
      assertThat(source(test.group(1)))
          .as("%s#%s", test.group(1), test.group(2))
          .contains(" void " + test.group(2) + "(");
    }
  }

  private static String source(String className) throws IOException {
    for (Path folder : TESTS) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.toList()) {
          if (file.endsWith(className + ".java")) {
            return Files.readString(file);
          }
        }
      }
    }
    throw new AssertionError("there is no test " + className);
  }
}
