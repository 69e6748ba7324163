package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
}
