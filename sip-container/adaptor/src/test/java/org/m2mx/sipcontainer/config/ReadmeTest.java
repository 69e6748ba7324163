package org.m2mx.sipcontainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What sip-container/README.md promises. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern NUMBER =
      Pattern.compile("(?m)^\\| `(sip[a-z.-]+)` \\| ([^|]*?\\b(\\d+) to (\\d+)[^|]*) \\|");
  private static final Path EXAMPLE =
      Path.of("..", "example", "src", "main", "java")
          .resolve("org/m2mx/sipcontainer/example/OptionsServlet.java");

  @Test
  void showsTheExampleAsItIsAndShort() throws IOException {
    String servlet = Files.readString(EXAMPLE);
    assertThat(servlet.lines()).hasSizeLessThan(30);
    assertThat(Files.readString(README)).contains("```java\n" + servlet + "```\n");
  }

  /** The first and the last number of the table may be set, and what is beyond may not. */
  @Test
  void tellsTheRangesOfNumbers() throws IOException {
    List<MatchResult> rows = NUMBER.matcher(Files.readString(README)).results().toList();
    assertThat(rows).hasSizeGreaterThan(12);
    for (MatchResult row : rows) {
      String key = row.group(1);
      long least = row.group(2).contains("0 is ") ? 0 : Long.parseLong(row.group(3));
      long most = Long.parseLong(row.group(4));
      for (long allowed : new long[] {least, most}) {
        assertThat(settings(key, allowed)).as("%s=%d", key, allowed).isNotNull();
      }
      for (long beyond : new long[] {least - 1, most + 1}) {
        assertThatThrownBy(() -> settings(key, beyond))
            .as("%s=%d", key, beyond)
            .isInstanceOf(InvalidSettingException.class)
            .hasMessageContaining(key);
      }
    }
  }

  private static SipSettings settings(String key, long value) {
    return SipSettings.from(
        asked -> asked.equals(key) ? Optional.of(Long.toString(value)) : Optional.empty());
  }

  @Test
  void tellsEverySetting() throws IOException, IllegalAccessException {
    String readme = Files.readString(README);
    for (Field field : SipSettings.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && field.get(null) instanceof String key
          && key.startsWith("sip.")) {
        assertThat(readme).contains("\n| `" + key + "` | ");
      }
    }
  }
}
