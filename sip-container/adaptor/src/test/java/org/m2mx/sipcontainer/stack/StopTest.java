package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.annotation.SipApplicationKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.application.SipApplication;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.m2mx.sipcontainer.stack.SipClient.Received;
import org.m2mx.sipcontainer.stack.composition.ByUserProvider;
import org.m2mx.sipcontainer.stack.composition.RefusingProvider;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;

/** What is left of a server that stops. */
class StopTest {
  private static final String FOR_THE_ONE_THAT_GOES = "sip:goes@example.org";

  @TempDir private Path folder;

  @BeforeEach
  void begin() {
    ClosingTimeServlet.begun = new CountDownLatch(1);
    ClosingTimeServlet.answer = new CountDownLatch(1);
  }

  @Test
  void closesEverySocketThoughAnApplicationKeepsTheThreads() throws Exception {
    TestServer server =
        new TestServer(folder, StuckServlet.class)
            .set("sip.workers", "1")
            .waiting(Duration.ofMillis(500))
            .start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        Socket silent = new Socket("127.0.0.1", server.port())) {
      silent.getOutputStream().write("\r\n\r\n".getBytes());
      assertThat(silent.getInputStream().readNBytes(2)).as("it is accepted").hasSize(2);
      alice.send("OPTIONS", "sip:example.org", "stuck", 1, "<sip:example.org>");
      assertThat(StuckServlet.STUCK.await(60, TimeUnit.SECONDS)).isTrue();
      server.close();
      Eventually.closes(silent);
    }
  }

  @Test
  void endsEverythingElseThoughARouterRefusesToEnd() throws Exception {
    TestServer server =
        new TestServer(folder, ClosingTimeServlet.class)
            .set("sip.application-router.provider", RefusingProvider.class.getName())
            .start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        Socket silent = new Socket("127.0.0.1", server.port())) {
      alice.send("MESSAGE", "sip:example.org", "stays", 1, "<sip:example.org>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      assertThat(sessions(server.application())).isTrue();
      server.close();
      Eventually.closes(silent);
    }
    assertThat(sessions(server.application())).isFalse();
    assertThat(server.meters()).isEmpty();
    assertThat(
            ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("org.m2mx.sipcontainer:*"), null))
        .isEmpty();
    Eventually.is(
        () -> Thread.getAllStackTraces().keySet().stream().noneMatch(StopTest::isOfServer));
  }

  private static boolean sessions(SipApplication application) {
    return application.getSipManager().getAllSipApplicationSessions().hasNext();
  }

  private static boolean isOfServer(Thread thread) {
    return thread.getName().startsWith("sip-") || thread.getName().startsWith("EventScanner");
  }

  @Test
  void isClosedOnce() throws Exception {
    TestServer server = new TestServer(folder, StuckServlet.class).start();
    server.close();
    TestServer next = new TestServer(folder, ClosingTimeServlet.class).start();
    try (SipClient alice = next.tcp("alice", "127.0.0.1")) {
      server.container().close();
      alice.send("MESSAGE", "sip:example.org", "unharmed", 1, "<sip:example.org>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      assertThat(server.meters()).isEmpty();
    } finally {
      next.close();
    }
  }

  @Test
  void answersWhatAnApplicationHasBegun() throws Exception {
    answersBeforeItCloses("OPTIONS");
  }

  @Test
  void answersWhatWaitsForSomethingElse() throws Exception {
    answersBeforeItCloses("REGISTER");
  }

  @Test
  void answersWhatWaitsForSomethingElseTwice() throws Exception {
    answersBeforeItCloses("PUBLISH");
  }

  @Test
  @Timeout(60)
  void waitsForNothingThatNoAnswerNeeds() throws Exception {
    TestServer server =
        new TestServer(folder, ClosingTimeServlet.class).waiting(Duration.ofHours(1)).start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("MESSAGE", "sip:example.org", "answered", 1, "<sip:example.org>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    } finally {
      server.close();
    }
  }

  @Test
  @Timeout(60)
  void waitsForNothingThatHasNoSession() throws Exception {
    TestServer server =
        new TestServer(folder, LateServlet.class).waiting(Duration.ofHours(1)).start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("MESSAGE", "sip:example.org", "over", 1, "<sip:example.org>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    } finally {
      server.close();
    }
  }

  /** What waits for a session that another thread has is on its way into the application. */
  @Test
  void answersWhatHasNotGotToTheServletYet() throws Exception {
    TestServer server = twoApplications().waiting(Duration.ofSeconds(60)).start();
    SipApplication goes =
        server.add(
            "/goes", sipXml("goes", OneSessionServlet.class, "<main-servlet>main</main-servlet>"));
    Thread going = new Thread(server::removeOthers);
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send("MESSAGE", FOR_THE_ONE_THAT_GOES, "first", 1, "<sip:example.org>");
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      MobicentsSipApplicationSession session =
          goes.getSipManager().getAllSipApplicationSessions().next();
      goes.enterSipApp(session, null, false, true);
      try {
        alice.send("MESSAGE", FOR_THE_ONE_THAT_GOES, "second", 1, "<sip:example.org>");
        Eventually.is(StopTest::isSessionWaitedFor);
        going.start();
        Eventually.is(goes::isStoppingGracefully);
      } finally {
        goes.exitSipApp(session, null);
      }
      assertPutOff(alice.receive());
    } finally {
      going.join();
      server.close();
    }
  }

  private static boolean isSessionWaitedFor() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(frame -> frame.getClassName().equals(SessionLocks.class.getName()));
  }

  private void answersBeforeItCloses(String method) throws Exception {
    TestServer server =
        new TestServer(folder, ClosingTimeServlet.class).waiting(Duration.ofSeconds(60)).start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        Socket silent = new Socket("127.0.0.1", server.port())) {
      alice.send(method, "sip:example.org", "late", 1, "<sip:example.org>", "Event: presence");
      assertThat(ClosingTimeServlet.begun.await(60, TimeUnit.SECONDS)).isTrue();
      Thread closing = new Thread(server::close);
      closing.start();
      Eventually.is(() -> refuses(server.port()));
      ClosingTimeServlet.answer.countDown();
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      Eventually.closes(silent);
      closing.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "REGISTER"})
  void oneOfSeveralAnswersWhatItHasBegunAndLeavesTheRestToTheOther(String method) throws Exception {
    oneOfTwoStops(
        twoApplications(),
        method,
        server ->
            assertThat(ask(server, "PUBLISH").firstLine())
                .as("the other one has a servlet for it")
                .isEqualTo("SIP/2.0 200 OK"),
        404);
  }

  @Test
  void oneOfSeveralIsGivenNothingMoreByARouterFile() throws Exception {
    Path routes =
        Files.writeString(
            folder.resolve("routes"),
            """
            ALL: ("goes", "DAR:From", "NEUTRAL", "", "NO_ROUTE", "0"),
                 ("stays", "DAR:From", "NEUTRAL", "", "NO_ROUTE", "1")
            """);
    oneOfTwoStops(
        twoApplications().set("sip.application-router.file", routes.toString()),
        "REGISTER",
        server -> assertPutOff(ask(server, "PUBLISH")),
        404);
  }

  @Test
  void oneOfSeveralIsGivenNothingMoreByARouterOfOnesOwn() throws Exception {
    oneOfTwoStops(
        twoApplications().set("sip.application-router.provider", ByUserProvider.class.getName()),
        "REGISTER",
        server -> assertPutOff(ask(server, "PUBLISH")),
        500);
  }

  /** One of them, which knows but one method; the other one comes once it is started. */
  private TestServer twoApplications() throws IOException {
    return new TestServer(
        folder,
        sipXml(
            "stays",
            ServerHeaderServlet.class,
            """
            <servlet-mapping><servlet-name>main</servlet-name><pattern>
              <equal><var>request.method</var><value>PUBLISH</value></equal>
            </pattern></servlet-mapping>
            """));
  }

  private static String sipXml(String name, Class<? extends SipServlet> servlet, String selection) {
    return """
    <sip-app><app-name>%s</app-name>
      <servlet-selection>%s</servlet-selection>
      <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class></servlet>
    </sip-app>
    """
        .formatted(name, selection, servlet.getName());
  }

  @FunctionalInterface
  private interface Meanwhile {
    void check(TestServer server) throws Exception;
  }

  /**
   * @param afterwards how what only the one that stops has a servlet for is answered then; 500
   *     where the router names it all the same
   */
  private void oneOfTwoStops(TestServer prepared, String begun, Meanwhile meanwhile, int afterwards)
      throws Exception {
    TestServer server = prepared.waiting(Duration.ofSeconds(60)).start();
    server.add(
        "/goes", sipXml("goes", ClosingTimeServlet.class, "<main-servlet>main</main-servlet>"));
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send(begun, FOR_THE_ONE_THAT_GOES, "late", 1, "<sip:example.org>");
      assertThat(ClosingTimeServlet.begun.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(ask(server, "MESSAGE").firstLine()).isEqualTo("SIP/2.0 200 OK");
      Thread going = new Thread(server::removeOthers);
      going.start();
      try {
        Eventually.is(() -> !ask(server, "MESSAGE").firstLine().equals("SIP/2.0 200 OK"));
        assertPutOff(ask(server, "MESSAGE"));
        meanwhile.check(server);
      } finally {
        ClosingTimeServlet.answer.countDown();
        going.join();
      }
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      assertThat(ask(server, "MESSAGE").firstLine()).startsWith("SIP/2.0 " + afterwards + " ");
    } finally {
      server.close();
    }
  }

  private static void assertPutOff(Received answer) {
    assertThat(answer.firstLine()).startsWith("SIP/2.0 480 ");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(5, 15);
    assertThat(answer.header("Reason")).isEqualTo("SIP;cause=480;text=\"application is stopping\"");
  }

  private static Received ask(TestServer server, String method) throws Exception {
    try (SipClient bob = server.tcp("bob", "127.0.0.1")) {
      bob.send(
          method,
          FOR_THE_ONE_THAT_GOES,
          "ask" + System.nanoTime(),
          1,
          "<sip:example.org>",
          "Event: presence");
      return bob.receive();
    }
  }

  private static boolean refuses(int port) throws IOException {
    try (Socket next = new Socket("127.0.0.1", port)) {
      return !next.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }

  /** Is at work when the server stops. */
  public static final class ClosingTimeServlet extends SipServlet {
    private static final long serialVersionUID = 1L;
    private static CountDownLatch begun;
    private static CountDownLatch answer;

    @Override
    protected void doOptions(SipServletRequest options) {
      begun.countDown();
      await(answer);
      accept(options);
    }

    /** Leaves, and goes on when what it waits for has come. */
    @Override
    protected void doRegister(SipServletRequest register) {
      Executor later = continuations().in(register.getApplicationSession());
      new Thread(
              () -> {
                await(answer);
                later.execute(() -> accept(register));
              })
          .start();
      begun.countDown();
    }

    /** Goes on twice; that there was a first time is heard of outside. */
    @Override
    protected void doPublish(SipServletRequest publish) {
      Executor later = continuations().in(publish.getApplicationSession());
      new Thread(
              () -> {
                CountDownLatch first = new CountDownLatch(1);
                later.execute(first::countDown);
                await(first);
                begun.countDown();
                await(answer);
                later.execute(() -> accept(publish));
              })
          .start();
    }

    /** Never goes on, in a session that stays. */
    @Override
    protected void doMessage(SipServletRequest message) {
      message.getApplicationSession().setInvalidateWhenReady(false);
      continuations().in(message.getApplicationSession());
      accept(message);
    }

    private Continuations continuations() {
      return (Continuations) getServletContext().getAttribute(Continuations.class.getName());
    }

    private static void accept(SipServletRequest request) {
      try {
        request.createResponse(SipServletResponse.SC_OK).send();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Has one session for all. */
  public static final class OneSessionServlet extends SipServlet {
    private static final long serialVersionUID = 1L;

    /** The key of the session, whatever is asked. */
    @SipApplicationKey
    public static String key(SipServletRequest request) {
      return "one";
    }

    @Override
    protected void doMessage(SipServletRequest message) {
      message.getApplicationSession().setInvalidateWhenReady(false);
      ClosingTimeServlet.accept(message);
    }
  }

  /** Waits for something, in a session that has ended, for the sake of no request. */
  public static final class LateServlet extends SipServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doMessage(SipServletRequest message) {
      ClosingTimeServlet.accept(message);
      SipApplicationSession session = message.getApplicationSession();
      session.invalidate();
      Continuations continuations =
          (Continuations) getServletContext().getAttribute(Continuations.class.getName());
      Thread other = new Thread(() -> continuations.in(session));
      other.start();
      try {
        other.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
