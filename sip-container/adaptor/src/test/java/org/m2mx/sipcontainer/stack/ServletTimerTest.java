package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSR 289 section 9: timers. */
class ServletTimerTest {
  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;

  @BeforeEach
  void start() throws Exception {
    TimingServlet.SEEN.clear();
    server = new TestServer(folder, TimingServlet.class).start();
    alice = server.tcp("alice", "127.0.0.1");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    server.close();
  }

  private String ask(String method) throws Exception {
    alice.send(method, "sip:example.org", "timed", 1, "<sip:example.org>", "Event: test");
    return alice.receive().firstLine();
  }

  /** With a fixed delay, and at a fixed rate. */
  @ParameterizedTest
  @ValueSource(strings = {"MESSAGE", "PUBLISH"})
  void aTimerFiresUntilItIsCancelled(String method) throws Exception {
    assertThat(ask(method)).isEqualTo("SIP/2.0 200 OK");
    assertThat(TimingServlet.SEEN).containsExactly("often 1", "often 2", "often 3");
  }

  @Test
  void aCancelledTimerIsGone() throws Exception {
    assertThat(ask("OPTIONS")).isEqualTo("SIP/2.0 200 OK");
    assertThat(TimingServlet.SEEN)
        .containsExactly("remaining true", "found true", "timers 0", "once 1");
  }
}
