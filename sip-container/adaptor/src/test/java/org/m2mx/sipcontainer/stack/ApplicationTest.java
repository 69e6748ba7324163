package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;
import org.m2mx.sipcontainer.stack.conference.DoorServlet;
import org.m2mx.sipcontainer.stack.conference.Events;
import org.m2mx.sipcontainer.stack.conference.EverythingListener;
import org.m2mx.sipcontainer.stack.conference.RoomServlet;

/** JSR 289 sections 6, 8 and 18: sessions, timers, listeners, annotations. */
class ApplicationTest {
  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;

  @BeforeEach
  void start() throws Exception {
    Events.clear();
    server =
        new TestServer(folder, null, RoomServlet.class, DoorServlet.class, EverythingListener.class)
            .start();
    alice = server.tcp("alice", "127.0.0.1");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    server.close();
  }

  private Received ask(String method, String room, String callId) throws Exception {
    alice.send(
        method,
        "sip:%s@example.org".formatted(room),
        callId,
        1,
        "<sip:r@example.org>",
        "Event: test");
    return alice.receive();
  }

  @Test
  void annotationsNameTheApplicationItsMainServletAndItsTimeouts() throws Exception {
    assertThat(server.application().getApplicationName()).isEqualTo("conference");
    assertThat(server.application().getMainServlet()).isEqualTo("rooms");
    assertThat(server.application().getSipApplicationSessionTimeout()).isEqualTo(7);
    assertThat(server.application().getProxyTimeout()).isEqualTo(11);
    assertThat(ask("MESSAGE", "red", "first").firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void servletsStartInTheirOrderAndListenersHearOfIt() {
    assertThat(Events.all()).startsWith("init door", "init rooms");
    assertThat(Events.all()).contains("initialized door", "initialized rooms");
  }

  @Test
  void theApplicationKeyChoosesTheSession() throws Exception {
    Received first = ask("MESSAGE", "red", "one");
    Received other = ask("MESSAGE", "blue", "two");
    Received second = ask("MESSAGE", "red", "three");
    assertThat(first.header("X-Visitors")).isEqualTo("1");
    assertThat(other.header("X-Visitors")).isEqualTo("1");
    assertThat(second.header("X-Visitors")).isEqualTo("2");
    assertThat(second.header("X-Session")).isEqualTo(first.header("X-Session"));
    assertThat(second.header("X-Found")).as("by SipSessionsUtil").isEqualTo("true");
    assertThat(other.header("X-Found")).isEqualTo("false");
  }

  @Test
  void listenersHearOfSessionsAndAttributes() throws Exception {
    ask("MESSAGE", "red", "one");
    ask("MESSAGE", "red", "two");
    ask("PUBLISH", "red", "three");
    Eventually.is(() -> Events.all().contains("application session destroyed"));
    assertThat(Events.all())
        .containsSubsequence(
            "application session created",
            "session created",
            "application attribute added visitors",
            "attribute added seen",
            "session created",
            "application attribute replaced visitors",
            "application session destroyed")
        .contains("session destroyed");
  }

  @Test
  void aTimerFiresInItsApplicationSession() throws Exception {
    assertThat(ask("OPTIONS", "red", "later").firstLine()).isEqualTo("SIP/2.0 202 Accepted");
    assertThat(Events.all()).contains("timer of conference", "timeout the timer's information");
  }

  @Test
  void aServletGoesOnWhenWhatItWaitedForHasCome() throws Exception {
    Received answer = ask("REGISTER", "red", "waits");
    assertThat(answer.firstLine()).isEqualTo("SIP/2.0 202 Accepted");
    assertThat(answer.header("X-Thread")).startsWith("sip-going-on-");
    Eventually.is(() -> Events.all().contains("application session destroyed"));
  }

  @Test
  void aSessionIsInvalidatedOnceNothingUsesIt() throws Exception {
    ask("MESSAGE", "blue", "short");
    Eventually.is(() -> Events.all().contains("session ready to invalidate"));
    Eventually.is(
        () ->
            Events.all()
                .containsAll(
                    List.of(
                        "session destroyed",
                        "application session ready to invalidate",
                        "application session destroyed")));
  }
}
