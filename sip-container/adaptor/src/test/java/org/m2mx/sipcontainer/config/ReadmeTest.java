package org.m2mx.sipcontainer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What sip-container/README.md promises. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path EXAMPLE =
      Path.of("..", "example", "src", "main", "java")
          .resolve("org/m2mx/sipcontainer/example/OptionsServlet.java");

  @Test
  void showsTheExampleAsItIsAndShort() throws IOException {
    String servlet = Files.readString(EXAMPLE);
    assertThat(servlet.lines()).hasSizeLessThan(30);
    assertThat(Files.readString(README)).contains("```java\n" + servlet + "```\n");
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
