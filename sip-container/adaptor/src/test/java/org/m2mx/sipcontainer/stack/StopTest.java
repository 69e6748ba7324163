package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.continuation.Continuations;

/** What is left of a server that stops. */
class StopTest {
  @TempDir private Path folder;

  @BeforeEach
  void begin() {
    ClosingTimeServlet.begun = new CountDownLatch(1);
    ClosingTimeServlet.answer = new CountDownLatch(1);
  }

  @Test
  void closesEverySocketThoughAnApplicationKeepsTheThreads() throws Exception {
    TestServer server = new TestServer(folder, StuckServlet.class).set("sip.workers", "1").start();
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
  void answersWhatAnApplicationHasBegun() throws Exception {
    answersBeforeItCloses("OPTIONS");
  }

  @Test
  void answersWhatWaitsForSomethingElse() throws Exception {
    answersBeforeItCloses("REGISTER");
  }

  private void answersBeforeItCloses(String method) throws Exception {
    TestServer server =
        new TestServer(folder, ClosingTimeServlet.class).waiting(Duration.ofSeconds(60)).start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        Socket silent = new Socket("127.0.0.1", server.port())) {
      alice.send(method, "sip:example.org", "late", 1, "<sip:example.org>");
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
  void oneOfSeveralAnswersWhatItHasBegunToo(String method) throws Exception {
    TestServer server =
        new TestServer(
                folder,
                """
                <sip-app><app-name>stays</app-name>
                  <servlet-selection><servlet-mapping><servlet-name>stays</servlet-name><pattern>
                    <equal><var>request.method</var><value>INFO</value></equal>
                  </pattern></servlet-mapping></servlet-selection>
                  <servlet><servlet-name>stays</servlet-name><servlet-class>%s</servlet-class></servlet>
                </sip-app>
                """
                    .formatted(ServerHeaderServlet.class.getName()))
            .waiting(Duration.ofSeconds(60))
            .start();
    server.add(
        "/goes",
        """
        <sip-app><app-name>goes</app-name>
          <servlet-selection><main-servlet>goes</main-servlet></servlet-selection>
          <servlet><servlet-name>goes</servlet-name><servlet-class>%s</servlet-class></servlet>
        </sip-app>
        """
            .formatted(ClosingTimeServlet.class.getName()));
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      alice.send(method, "sip:example.org", "late", 1, "<sip:example.org>");
      assertThat(ClosingTimeServlet.begun.await(60, TimeUnit.SECONDS)).isTrue();
      Thread going = new Thread(server::removeOthers);
      going.start();
      Eventually.is(() -> isGone(server));
      ClosingTimeServlet.answer.countDown();
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      going.join();
    } finally {
      server.close();
    }
  }

  /** What begins now is not for the application that stops. */
  private static boolean isGone(TestServer server) throws Exception {
    try (SipClient bob = server.tcp("bob", "127.0.0.1")) {
      bob.send("MESSAGE", "sip:example.org", "m" + System.nanoTime(), 1, "<sip:example.org>");
      return bob.receive().firstLine().startsWith("SIP/2.0 404 ");
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
    protected void doOptions(SipServletRequest options) throws ServletException, IOException {
      begun.countDown();
      awaitAnswer();
      options.createResponse(SipServletResponse.SC_OK).send();
    }

    /** Leaves, and goes on when what it waits for has come. */
    @Override
    protected void doRegister(SipServletRequest register) {
      Continuations continuations =
          (Continuations) getServletContext().getAttribute(Continuations.class.getName());
      Executor later = continuations.in(register.getApplicationSession());
      new Thread(
              () -> {
                awaitAnswer();
                later.execute(() -> accept(register));
              })
          .start();
      begun.countDown();
    }

    @Override
    protected void doMessage(SipServletRequest message) throws IOException {
      message.createResponse(SipServletResponse.SC_OK).send();
    }

    private static void accept(SipServletRequest register) {
      try {
        register.createResponse(SipServletResponse.SC_OK).send();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void awaitAnswer() {
      try {
        answer.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
