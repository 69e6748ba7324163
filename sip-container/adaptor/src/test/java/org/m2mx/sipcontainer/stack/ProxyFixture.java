package org.m2mx.sipcontainer.stack;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A proxy, a caller connected to it, and two targets that it may be told to send to. */
abstract class ProxyFixture {
  @TempDir Path folder;
  TestServer server;
  SipClient alice;
  Target one;
  Target two;

  @BeforeEach
  void start() throws Exception {
    ProxyServlet.SEEN.clear();
    server = new TestServer(folder, ProxyServlet.class).start();
    alice = server.tcp("alice", "127.0.0.1");
    one = new Target("one");
    two = new Target("two");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    one.close();
    two.close();
    server.close();
  }
}
