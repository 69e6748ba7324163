package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a server that stops. */
class StopTest {
  @TempDir private Path folder;

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
    TestServer server = new TestServer(folder, ClosingTimeServlet.class).start();
    try (SipClient alice = server.tcp("alice", "127.0.0.1");
        Socket silent = new Socket("127.0.0.1", server.port())) {
      alice.send("OPTIONS", "sip:example.org", "late", 1, "<sip:example.org>");
      assertThat(ClosingTimeServlet.INSIDE.await(60, TimeUnit.SECONDS)).isTrue();
      Thread closing = new Thread(server::close);
      closing.start();
      Eventually.is(() -> refuses(server.port()));
      ClosingTimeServlet.ANSWER.countDown();
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      Eventually.closes(silent);
      closing.join();
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
    private static final CountDownLatch INSIDE = new CountDownLatch(1);
    private static final CountDownLatch ANSWER = new CountDownLatch(1);

    @Override
    protected void doOptions(SipServletRequest options) throws ServletException, IOException {
      INSIDE.countDown();
      try {
        ANSWER.await();
      } catch (InterruptedException e) {
        throw new ServletException(e);
      }
      options.createResponse(SipServletResponse.SC_OK).send();
    }
  }
}
