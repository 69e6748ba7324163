package org.m2mx.ua.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.TestServer;

/** The programs of docs/integrators/library.md, run as their reader would run them. */
@Timeout(180)
class ExamplesTest {
  private static final int MOST_LINES = 60;
  private static final String THERMOMETER = "sip:video@" + TestServer.DOMAIN;

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();
  private Certificates.Identity authority;
  private TestServer server;

  @BeforeEach
  void serve() throws Exception {
    authority = Certificates.authority("test root");
    server =
        new TestServer(
            Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1)),
            InetAddress.getByName("::1"));
    server.users.put("video", "v");
    server.users.put("alice", "a");
    server.permissions.add("alice>video");
  }

  @AfterEach
  void stop() throws IOException {
    processes.forEach(Process::destroyForcibly);
    server.close();
  }

  @Test
  void theThermometerIsReadAndTakenOffLine() throws Exception {
    Path sensor = Files.writeString(folder.resolve("temp"), "21537\n");
    Running thermometer = run(Thermometer.class, account("video", "v"), sensor.toString());
    until(() -> server.isRegistered("video"));

    Running reader = run(ReadThermometer.class, account("alice", "a"), THERMOMETER, "2");

    assertThat(reader.exitCode()).as(reader.complained()).isZero();
    assertThat(reader.said()).isEqualTo("21.5 degrees Celsius\n21.5 degrees Celsius\n");
    until(() -> server.requests.stream().anyMatch(line -> line.startsWith("BYE ")));
    thermometer.process().destroy();
    thermometer.exitCode();
    assertThat(thermometer.said()).isEqualTo(THERMOMETER + " is on line\n");
    until(() -> !server.isRegistered("video"));
  }

  @Test
  void whoIsNotPermittedIsToldSo() throws Exception {
    server.permissions.clear();

    Running reader = run(ReadThermometer.class, account("alice", "a"), THERMOMETER, "1");

    assertThat(reader.exitCode()).isEqualTo(2);
    assertThat(reader.complained()).contains(THERMOMETER + " is unknown (404). ");
  }

  @ParameterizedTest
  @ValueSource(classes = {Thermometer.class, ReadThermometer.class})
  void theGuideShowsTheProgramsAsTheyAre(Class<?> example) throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java", example.getName().replace('.', '/') + ".java").toRealPath());
    assertThat(source.lines()).hasSizeLessThan(MOST_LINES);
    assertThat(Files.readString(Path.of("../docs/integrators/library.md")))
        .contains("```java\n" + source + "```\n");
  }

  /** Each has a folder, and so a device, of its own. */
  private String account(String user, String password) throws IOException {
    Path own = Files.createDirectory(folder.resolve(user));
    return Accounts.write(own, user, password, "[::1]:" + server.port(), authority).toString();
  }

  private Running run(Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // They are over before a better compiler would pay.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Path stdout = folder.resolve(program.getSimpleName() + ".out");
    Path stderr = folder.resolve(program.getSimpleName() + ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    processes.add(process);
    return new Running(process, stdout, stderr);
  }

  private record Running(Process process, Path stdout, Path stderr) {
    int exitCode() throws Exception {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
      return process.exitValue();
    }

    String said() throws IOException {
      return Files.readString(stdout);
    }

    String complained() throws IOException {
      return Files.readString(stderr);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
