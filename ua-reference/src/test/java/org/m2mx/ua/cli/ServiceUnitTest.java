package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit by which systemd runs the user agent, as systemd itself judges it. */
class ServiceUnitTest {
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

  /** The first with {@code security --offline}. */
  private static final int OLDEST = 250;

  /** Tenths, of 100: systemd itself finds fault with more than 50. */
  private static final int MOST_EXPOSURE = 20;

  @TempDir Path folder;
  private Path unit;

  private record Said(int code, String text) {}

  @BeforeAll
  static void lookForSystemd() throws Exception {
    assumeTrue(Files.isExecutable(ANALYZE), "no systemd-analyze: the unit is not verified");
    Matcher version = Pattern.compile("systemd (\\d+)").matcher(analyze("--version").text());
    assumeTrue(
        version.find() && Integer.parseInt(version.group(1)) >= OLDEST,
        "systemd is older than " + OLDEST + ": the unit is not verified");
  }

  /** An instance of it, with the command where it is in the source tree. */
  @BeforeEach
  void install() throws Exception {
    Path dist = Path.of("src/main/dist").toAbsolutePath();
    String text = Files.readString(dist.resolve("systemd/m2mx-ua@.service"));
    assertThat(text).contains("ExecStart=/opt/m2mx-ua/bin/m2mx-ua ");
    unit =
        Files.writeString(
            folder.resolve("m2mx-ua@video.service"),
            text.replace("/opt/m2mx-ua/bin", dist.resolve("bin").toString()));
  }

  @Test
  void isUnderstoodAsAWhole() throws Exception {
    Said verdict = analyze("verify", "--man=no", unit.toString());
    assertThat(verdict.code()).as(verdict.text()).isZero();
    assertThat(verdict.text()).doesNotContain("m2mx-ua@video.service:");
  }

  @Test
  void givesAwayLittleToAnIntruder() throws Exception {
    Said verdict =
        analyze(
            "security",
            "--offline=true",
            "--no-pager",
            "--threshold=" + MOST_EXPOSURE,
            unit.toString());
    assertThat(verdict.code()).as(verdict.text()).isZero();
  }

  private static Said analyze(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(ANALYZE.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }
}
