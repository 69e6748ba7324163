package org.m2mx.ua.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a check starts by a shell. */
@Timeout(180)
class StartedCommandTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  private ProcessHandle started(Path said) throws Exception {
    await().atMost(PATIENCE).until(() -> Files.exists(said) && Files.size(said) > 0);
    return ProcessHandle.of(Long.parseLong(Files.readString(said).strip())).orElseThrow();
  }

  @Test
  void tellsHowItHasEnded() throws Exception {
    try (StartedCommand command = StartedCommand.start("exit $CODE", Map.of("CODE", "7"))) {
      assertThat(command.exitCode(PATIENCE)).isEqualTo(OptionalInt.of(7));
    }
    try (StartedCommand command = StartedCommand.start("exec sleep 600", Map.of())) {
      assertThat(command.exitCode(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void isAskedBeforeItIsKilledWhoeverHurriesTheCheck() throws Exception {
    Path said = folder.resolve("said");
    StartedCommand command =
        StartedCommand.start(
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
}
