package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/**
 * Headers of an answer: what the application wrote goes out so, what is this server's in one form.
 */
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

  /** In the short form of its address (RFC 5952), as in every request of this server's. */
  @ParameterizedTest
  @CsvSource({"::1, [::1]", "127.0.0.1, 127.0.0.1"})
  void nameThisServerAsThePeerHasReachedIt(String address, String host) throws Exception {
    try (TestServer server = new TestServer(folder, SlowServlet.class).start();
        SipClient alice = server.tcp("alice", address)) {
      alice.send("INVITE", "sip:example.org", "contact", 1, "<sip:example.org>");
      Received ok = alice.receive();
      assertThat(ok.header("Contact")).startsWith("<sip:" + host + ":");
      String contact = ok.header("Contact").replaceAll("[<>]", "");
      alice.send("ACK", contact, "contact", 1, ok.header("To"));
      alice.send("BYE", contact, "contact", 2, ok.header("To"));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }
}
