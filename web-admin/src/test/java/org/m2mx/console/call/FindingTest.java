package org.m2mx.console.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Status;

class FindingTest {
  private static final Path RULING =
      Path.of("../registry/src/main/java/org/m2mx/registry/call/Ruling.java");
  private static final Pattern WORDED = Pattern.compile("(?:orElse\\(|return )\"([^\"]+)\"");

  @Test
  void everythingThatTheRegistryWordsItselfIsKnown() throws IOException {
    var worded = WORDED.matcher(Files.readString(RULING)).results().map(found -> found.group(1));
    var states = Stream.of(Status.values()).map(Status::name);
    var details = Stream.concat(worded, states).distinct().toList();
    assertThat(details)
        .hasSizeGreaterThan(5)
        .allSatisfy(detail -> assertThat(Finding.of(detail)).as(detail).isPresent());
    assertThat(Finding.of("ISP " + Status.SUSPENDED)).contains(Finding.ISP_SUSPENDED);
  }

  @Test
  void aLineOfAListIsShownAsItIs() {
    assertThat(Finding.of("DENY group:spammers")).isEmpty();
    assertThat(Finding.of("")).isEmpty();
  }
}
