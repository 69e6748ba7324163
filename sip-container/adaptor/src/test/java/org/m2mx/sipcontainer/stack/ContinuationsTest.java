package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.continuation.Continuations;

class ContinuationsTest {
  @TempDir private Path folder;

  @Test
  void keepsNoRequestForWhatNeverCame() throws Exception {
    ForgetfulServlet.REQUESTS.clear();
    try (TestServer server = new TestServer(folder, ForgetfulServlet.class).start();
        SipClient alice = server.tcp("alice", "127.0.0.1")) {
      for (int i = 1; i <= 10; i++) {
        alice.send("MESSAGE", "sip:example.org", "never" + i, 1, "<sip:example.org>");
        assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
      }
      assertThat(ForgetfulServlet.REQUESTS).hasSize(10);
      Eventually.is(
          () -> {
            System.gc();
            return ForgetfulServlet.REQUESTS.stream().allMatch(request -> request.get() == null);
          });
    }
  }

  /** Means to go on and never does: before its answer, after it, and when its session has ended. */
  public static final class ForgetfulServlet extends SipServlet {
    private static final long serialVersionUID = 1L;
    private static final List<WeakReference<SipServletRequest>> REQUESTS =
        new CopyOnWriteArrayList<>();

    @Override
    protected void doMessage(SipServletRequest message) throws IOException {
      REQUESTS.add(new WeakReference<>(message));
      Continuations continuations =
          (Continuations) getServletContext().getAttribute(Continuations.class.getName());
      SipApplicationSession session = message.getApplicationSession();
      continuations.in(session);
      message.createResponse(SipServletResponse.SC_OK).send();
      continuations.in(session);
      session.invalidate();
      continuations.in(session);
    }
  }
}
