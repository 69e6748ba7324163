package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.testing.Left;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;

/** {@code check device --start} as its user sees it: what it starts, leaves behind and reports. */
@Timeout(120)
class CheckStartTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal =
      new Terminal(InputStream.nullInputStream(), out, new PrintStream(err, true));

  private Path report;

  @BeforeEach
  void account() throws Exception {
    // Nobody listens there: only the way to it counts.
    Accounts.write(folder, "alice", "secret", "[::1]:5061", Certificates.authority("nobody"));
    report = folder.resolve("report.xml");
  }

  private CompletableFuture<Integer> check(String start, String... options) {
    List<String> line = new ArrayList<>(List.of("check", "device", "--start", start));
    line.addAll(List.of("--account", folder.resolve("alice.json").toString()));
    line.addAll(List.of("--junit", report.toString()));
    line.addAll(List.of(options));
    line.add("sip:video@m2m-x.example");
    return CompletableFuture.supplyAsync(
        () -> Main.run(terminal, line.toArray(String[]::new)),
        task -> new Thread(task, "command").start());
  }

  private int code(CompletableFuture<Integer> command) throws Exception {
    return command.get(100, TimeUnit.SECONDS);
  }

  /** A device that leaves word of itself, connects to nobody, and does not end when asked to. */
  private String stubborn() {
    return ("trap '' TERM; touch \"$(dirname \"$M2MX_ACCOUNT\")/own\";"
            + " echo \"$$ $M2MX_ACCOUNT\" >>%s; while :; do sleep 1; done")
        .formatted(started());
  }

  private Path started() {
    return folder.resolve("started");
  }

  private void assertNothingIsLeft(int devices) throws Exception {
    List<String> lines = Files.readAllLines(started());
    assertThat(lines).hasSize(devices);
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      assertThat(Left.isRunning(Long.parseLong(words[0]))).as("the device").isFalse();
      assertThat(Path.of(words[1]).getParent()).as("the account's folder").doesNotExist();
    }
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void endsWhatItHasStartedAndReports() throws Exception {
    int code = code(check(stubborn(), "--only=calls,registers", "--patience=8", "--json"));
    assertThat(code).as(said() + err).isEqualTo(22);
    assertNothingIsLeft(1);
    assertThat(said().lines())
        .hasSize(3)
        .last()
        .asString()
        .endsWith("\"passed\":0,\"failed\":1,\"skipped\":1,\"notRun\":0}");
    assertThat(said()).contains("\"id\":\"calls\"").contains("\"id\":\"registers\"");
    assertThat(report).content().contains("tests=\"2\" failures=\"1\"");
  }

  @Test
  void saysThatACommandMustLastAsLongAsItsDevice() throws Exception {
    int code = code(check("exit 3", "--only=registers", "--patience=90"));
    assertThat(code).as(said() + err).isEqualTo(22);
    assertThat(said()).contains("the command of --start has ended, with 3: it must last as long");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void endsADeviceThatHasGoneIntoTheBackground() throws Exception {
    String device =
        "(setsid /bin/sh -c 'echo \"$$ $M2MX_ACCOUNT\" >>%1$s; exec sleep 600' &);"
            + " until [ -s %1$s ]; do sleep 0.1; done";
    int code = code(check(device.formatted(started()), "--only=registers", "--patience=90"));
    assertThat(code).as(said() + err).isEqualTo(22);
    assertThat(said()).contains("the command of --start has ended, with 0");
    assertNothingIsLeft(1);
  }

  @Test
  void whenStoppedItEndsTheDeviceAndReportsWhatWasDone() throws Exception {
    CompletableFuture<Integer> command =
        check(stubborn(), "--only=calls,registers,registers-digest", "--patience=90");
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(started()));
    terminal.interrupt();
    assertThat(code(command)).as(said() + err).isEqualTo(130);
    assertNothingIsLeft(1);
    assertThat(said())
        .contains("needs --dial")
        .endsWith("0 passed, 0 failed, 1 skipped, 2 not run" + System.lineSeparator());
    assertThat(report).content().contains("tests=\"1\"").contains("skipped=\"1\"");
  }

  @Test
  void whenStoppedBeforeItHasBegunItRunsNothing() throws Exception {
    terminal.interrupt();
    int code = code(check("exec sleep 600", "--only=registers", "--patience=90"));
    assertThat(code).as(said() + err).isEqualTo(130);
    assertThat(said()).endsWith("0 failed, 0 skipped, 1 not run" + System.lineSeparator());
    assertThat(report).content().contains("tests=\"0\"");
  }

  @Test
  void aReportThatCannotBeWrittenHidesNothing() throws Exception {
    Accounts.write(folder, "alice", "secret", "[::1]:1", Certificates.authority("nobody"));
    Files.createDirectory(report);
    int code = code(check("exec sleep 600", "--only=options"));
    assertThat(code).as(said() + err).isEqualTo(ExitCode.of(Reason.SERVER_UNREACHABLE));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("The server [::1]:1 refuses connections");
  }

  @Test
  void startsTheReferenceUserAgent() throws Exception {
    String device =
        "echo \"$$ $M2MX_ACCOUNT\" >>%s; exec '%s' -cp '%s' %s register --account \"$M2MX_ACCOUNT\""
            .formatted(
                started(),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Main.class.getName());
    CompletableFuture<Integer> command =
        check(device, "--only=registers,registers-trust", "--patience=60");
    assertThat(code(command)).as(said() + err).isZero();
    assertThat(said()).contains("2 passed, 0 failed, 0 skipped");
    assertNothingIsLeft(2);
    assertThat(report).content().contains("tests=\"2\" failures=\"0\"");
  }
}
