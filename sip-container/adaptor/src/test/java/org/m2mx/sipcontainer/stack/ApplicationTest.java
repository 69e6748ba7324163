package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import jakarta.servlet.ServletContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipSessionsUtil;
import javax.servlet.sip.TimerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.http.ConvergedFilter;
import org.m2mx.sipcontainer.http.HttpSessions;
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
  void theServletContextTellsWhatThereIs() {
    ServletContext context = server.application().getServletContext();
    assertThat(context.getAttribute(SipServlet.SIP_FACTORY)).isInstanceOf(SipFactory.class);
    assertThat(context.getAttribute(SipServlet.TIMER_SERVICE)).isInstanceOf(TimerService.class);
    assertThat(context.getAttribute(SipServlet.SIP_SESSIONS_UTIL))
        .isInstanceOf(SipSessionsUtil.class);
    assertThat(context.getAttribute(SipServlet.SUPPORTED)).asInstanceOf(LIST).contains("100rel");
    assertThat(context.getAttribute(SipServlet.SUPPORTED_RFCs)).asInstanceOf(LIST).contains("3261");
    assertThat(context.getAttribute(SipServlet.OUTBOUND_INTERFACES))
        .asInstanceOf(LIST)
        .extracting(Object::toString)
        .hasSize(10)
        .contains("sip:127.0.0.1:%d;transport=udp".formatted(server.port()));
  }

  @Test
  void oneThreadAtATimeWorksOnAnApplicationSession() throws Exception {
    RoomServlet.MOST.set(0);
    subscribe("red", "red", "red", "red", "red");
    assertThat(RoomServlet.MOST).hasValue(1);
    subscribe("door-1", "door-2");
    assertThat(RoomServlet.MOST).as("different sessions side by side").hasValue(2);
  }

  /** All at once. */
  private void subscribe(String... rooms) throws Exception {
    for (String room : rooms) {
      alice.send(
          "SUBSCRIBE",
          "sip:%s@example.org".formatted(room),
          UUID.randomUUID().toString(),
          1,
          "<sip:r@example.org>",
          "Event: test");
    }
    for (int i = 0; i < rooms.length; i++) {
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  @Test
  void noSipThreadWorksOnASessionThatAnHttpRequestHasAskedFor() throws Exception {
    ask("MESSAGE", "red", "one");
    SipSessionsUtil sessions =
        (SipSessionsUtil)
            server.application().getServletContext().getAttribute(SipServlet.SIP_SESSIONS_UTIL);
    new ConvergedFilter(new HttpSessions())
        .doFilter(
            null,
            null,
            (request, response) -> {
              SipApplicationSession room = sessions.getApplicationSessionByKey("red", false);
              alice.send("MESSAGE", "sip:red@example.org", "two", 1, "<sip:r@example.org>");
              alice.send("OPTIONS", "sip:blue@example.org", "three", 1, "<sip:r@example.org>");
              assertThat(alice.receive().header("Call-ID")).isEqualTo("three");
              room.setAttribute("visitors", 41);
            });
    Received two = alice.receive();
    assertThat(two.header("Call-ID")).isEqualTo("two");
    assertThat(two.header("X-Visitors")).isEqualTo("42");
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

  /** JSR 289 section 8.2: after 64 times T1, which is short here. */
  @Test
  void theErrorListenerHearsOfAnAckThatDoesNotCome() throws Exception {
    server.container().dispatcher().setBaseTimerInterval(20);
    alice.send("INVITE", "sip:red@example.org", "lost", 1, "<sip:r@example.org>");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    Eventually.is(() -> Events.all().contains("no ACK"));
  }

  /** RFC 3262 section 3; with the usual T1 it takes half a minute. */
  @Test
  @Timeout(25)
  void theErrorListenerHearsOfAPrackThatDoesNotCome() throws Exception {
    server.container().dispatcher().setBaseTimerInterval(20);
    alice.send(
        "INVITE", "sip:red@example.org", "lost", 1, "<sip:r@example.org>", "Supported: 100rel");
    List<String> answers = new ArrayList<>();
    do {
      answers.add(alice.receiveFirst().firstLine());
    } while (answers.get(answers.size() - 1).equals("SIP/2.0 180 Ringing"));

    assertThat(answers).hasSizeGreaterThan(4).endsWith("SIP/2.0 504 Gateway timeout");
    assertThat(Events.all()).contains("no PRACK");
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
