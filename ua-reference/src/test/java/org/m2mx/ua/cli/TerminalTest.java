package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What strangers say, on the screen. */
class TerminalTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final Terminal terminal =
      new Terminal(
          InputStream.nullInputStream(), told, new PrintStream(told, true, StandardCharsets.UTF_8));

  @Test
  void noStrangerWritesALineOfItsOwn() {
    terminal.tell(Event.of(Event.Kind.CALL_FAILED, "call failed: a\r\nregistered as b"));
    assertThat(told.toString(StandardCharsets.UTF_8))
        .isEqualTo("call failed: a\uFFFD\uFFFDregistered as b" + System.lineSeparator());
  }

  @Test
  void aStopInterruptsWhatRunsAndNothingAfterIt() throws Exception {
    terminal.interruptibly(
        () -> {
          terminal.interrupt();
          assertThat(Thread.interrupted()).isTrue();
        });
    terminal.interrupt();
    assertThat(Thread.interrupted()).as("after it").isFalse();
    terminal.interruptibly(() -> assertThat(Thread.interrupted()).as("stopped before it").isTrue());
  }

  @Test
  void aMessageKeepsItsLines() {
    terminal.tell(Event.of(Event.Kind.MESSAGE, "alice: " + Printable.text("one\ntwo")));
    assertThat(told.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("alice: one", "    two");
  }
}
