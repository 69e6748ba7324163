package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** Headers of an answer that this side has no use for go out as the application wrote them. */
class ResponseHeaderTest {
  @TempDir private Path folder;

  @Test
  void goOutAsTheyWereSetAndEachOnce() throws Exception {
    try (TestServer server = new TestServer(folder, ServerHeaderServlet.class).start();
        SipClient alice = server.tcp("alice", "::1")) {
      alice.send("OPTIONS", "sip:example.org", "headers", 1, "<sip:example.org>");
      Received answer = alice.receive();
      assertThat(answer.firstLine()).isEqualTo("SIP/2.0 200 OK");
      assertThat(answer.headers("Server"))
          .containsExactly("thing/1.0 (of \"many\" products) part/2");
      assertThat(String.join(", ", answer.headers("Date")))
          .isEqualTo("Sat, 13 Nov 2010 23:29:00 GMT");
      assertThat(answer.headers("X-Forged")).isEmpty();
    }
  }
}
