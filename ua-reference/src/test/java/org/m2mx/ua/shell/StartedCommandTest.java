package org.m2mx.ua.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.testing.Left;

/** What a check starts by a shell. */
@Timeout(180)
class StartedCommandTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  private static StartedCommand start(String command, Map<String, String> variables)
      throws Exception {
    return StartedCommand.start(command, variables, Redirect.DISCARD, Redirect.DISCARD);
  }

  private ProcessHandle started(Path said) throws Exception {
    await().atMost(PATIENCE).until(() -> Files.exists(said) && Files.size(said) > 0);
    return ProcessHandle.of(Long.parseLong(Files.readString(said).strip())).orElseThrow();
  }

  @Test
  void tellsHowItHasEnded() throws Exception {
    try (StartedCommand command = start("exit $CODE", Map.of("CODE", "7"))) {
      assertThat(command.exitCode(PATIENCE)).isEqualTo(OptionalInt.of(7));
    }
    try (StartedCommand command = start("exec sleep 600", Map.of())) {
      assertThat(command.exitCode(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void isAskedBeforeItIsKilledWhoeverHurriesTheCheck() throws Exception {
    Path said = folder.resolve("said");
    StartedCommand command =
        start(
            "trap '' TERM; echo $$ >\"$SAID\"; while :; do sleep 1; done",
            Map.of("SAID", said.toString()));
    ProcessHandle stubborn = started(said);
    long begun = System.nanoTime();
    Thread.currentThread().interrupt();
    command.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(stubborn.isAlive()).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void endsWhatIsNobodysChildAnyMore() throws Exception {
    Path numbers = folder.resolve("numbers");
    try (StartedCommand command = start(Left.stubborn(numbers), Map.of())) {
      assertThat(Left.awaitNumbers(numbers)).allMatch(Left::isRunning);
      command.end(Duration.ZERO);
      assertThat(Left.awaitNumbers(numbers)).noneMatch(Left::isRunning);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void endsWhatHasOutlivedItsCommand() throws Exception {
    Path said = folder.resolve("said");
    String background = "(setsid /bin/sh -c 'echo $$ >\"$SAID\"; exec sleep 600' &)";
    try (StartedCommand command = start(background, Map.of("SAID", said.toString()))) {
      assertThat(command.exitCode(PATIENCE)).hasValue(0);
      ProcessHandle left = started(said);
      assertThat(Left.isRunning(left.pid())).isTrue();
      command.end(Duration.ofSeconds(1));
      assertThat(Left.isRunning(left.pid())).isFalse();
    }
  }

  @Test
  void leavesTheCommandsOfOthersAlone() throws Exception {
    try (StartedCommand other = start("exec sleep 600", Map.of())) {
      start("exec sleep 600", Map.of()).close();
      assertThat(other.exitCode(Duration.ZERO)).isEmpty();
    }
  }
}
