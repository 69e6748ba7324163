package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the command, with a Java that tells what it is given. */
class LauncherTest {
  private static final Path SCRIPT = Path.of("src/main/dist/bin/m2mx-ua").toAbsolutePath();

  @TempDir Path home;

  @BeforeEach
  void java() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/fd")), "no /proc: file descriptors are not seen");
    Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nreadlink /proc/$$/fd/0\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
  }

  private String run(String line) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", line).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", home.toString());
    builder.environment().remove("JAVA_OPTS");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Java would open a file of its own as number 0, and call would send that file to the peer. */
  @Test
  void hasAnEmptyStandardInputWhereThereIsNone() throws Exception {
    assertThat(run("'" + SCRIPT + "' call <&-")).startsWith("/dev/null\n");
  }

  @Test
  void passesStandardInputAndArgumentsOn() throws Exception {
    Path input = Files.writeString(home.resolve("input"), "data");
    assertThat(run("'" + SCRIPT + "' send 'two words' '' <'" + input + "'"))
        .startsWith(input.toRealPath() + "\n")
        .endsWith("org.m2mx.ua.cli.Main\nsend\ntwo words\n\n");
  }
}
