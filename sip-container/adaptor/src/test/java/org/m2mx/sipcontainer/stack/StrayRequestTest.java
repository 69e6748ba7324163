package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** Requests that claim to belong to a dialog, and belong to none: RFC 3261 section 12.2.2. */
class StrayRequestTest {
  private static final String CALLEE = "<sip:bob@example.org>";

  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;
  private Target bob;
  private String route;

  @BeforeEach
  void call() throws Exception {
    ProxyServlet.SEEN.clear();
    server = new TestServer(folder, ProxyServlet.class).start();
    alice = server.tcp("alice", "127.0.0.1");
    bob = new Target("bob");
    alice.send(
        "INVITE",
        "sip:bob@example.org",
        "call",
        1,
        CALLEE,
        "X-Options: record-route",
        "X-Targets: " + bob.uri());
    bob.answer(bob.connection().receive(), "200 OK");
    route = alice.receive().header("Record-Route");
    alice.send("ACK", bob.uri(), "call", 1, CALLEE + ";tag=bob-tag", "Route: " + route);
    assertThat(bob.connection().receive().firstLine()).startsWith("ACK ");
    ProxyServlet.SEEN.clear();
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    bob.close();
    server.close();
  }

  private void isRefused(String callId, String uri, String tag, String... more) throws Exception {
    alice.send("INFO", uri, callId, 2, CALLEE + ";tag=" + tag, more);
    Received refusal = alice.receive();
    assertThat(refusal.firstLine()).startsWith("SIP/2.0 481 ");
    assertThat(refusal.header("To")).isEqualTo(CALLEE + ";tag=" + tag);
    assertThat(ProxyServlet.SEEN).isEmpty();
  }

  private static String another() {
    return UUID.randomUUID().toString();
  }

  @Test
  void aRouteThatNamesNoApplicationOrNoSession() throws Exception {
    isRefused("call", bob.uri(), "bob-tag", "Route: " + altered("appname=", "appname=0"));
    isRefused("call", bob.uri(), "bob-tag", "Route: " + altered("app_id=", "app_id=0"));
    isRefused("call", bob.uri(), "bob-tag", "Route: " + altered("appname=", "x="));
    isRefused("call", bob.uri(), "bob-tag", "Route: " + altered("app_id=", "x="));
  }

  private String altered(String before, String after) {
    assertThat(route).contains(before);
    return route.replace(before, after);
  }

  @Test
  void anotherCallIdOrTag() throws Exception {
    isRefused(another(), bob.uri(), "bob-tag", "Route: " + route);
    isRefused("call", bob.uri(), "nobody", "Route: " + route);
    isRefused("call", bob.uri(), "alice-tag", "Route: " + route);
  }

  @Test
  void aTagInTheFormOfThisServers() throws Exception {
    String own = server.container().dispatcher().getApplicationServerIdHash();
    for (String tag :
        new String[] {"_", "___", "1_" + own, "1_" + own + "_x", "1_" + own + "_x_y", "a_b_c_d"}) {
      isRefused(another(), bob.uri(), tag);
      isRefused(another(), "sip:bob@example.org", tag);
    }
  }

  @Test
  void aRequestUriWithWhatARecordRouteHas() throws Exception {
    String parameters = route.substring(route.indexOf(";"), route.indexOf(">"));
    isRefused(another(), bob.uri() + ";proxy=true", "bob-tag");
    isRefused(another(), bob.uri() + parameters.replace("transport=tcp", "x=y"), "bob-tag");
  }

  @Test
  void andTheCallGoesOn() throws Exception {
    isRefused("call", bob.uri(), "nobody", "Route: " + route);
    alice.send("BYE", bob.uri(), "call", 3, CALLEE + ";tag=bob-tag", "Route: " + route);
    bob.answer(bob.connection().receive(), "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }
}
