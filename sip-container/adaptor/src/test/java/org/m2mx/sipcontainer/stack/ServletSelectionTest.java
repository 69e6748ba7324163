package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** JSR 289 sections 16 and 19: the servlet that gets a request, by the rules of sip.xml. */
class ServletSelectionTest {
  private static final String SIP_XML =
      """
      <sip-app>
        <app-name>selection</app-name>
        <servlet-selection>
          <servlet-mapping><servlet-name>red</servlet-name><pattern><and>
            <equal ignore-case="true"><var>request.uri.user</var><value>RED</value></equal>
            <subdomain-of><var>request.uri.host</var><value>example.org</value></subdomain-of>
            <not><exists><var>request.to.uri.param.skip</var></exists></not>
          </and></pattern></servlet-mapping>
          <servlet-mapping><servlet-name>blue</servlet-name><pattern><or>
            <equal><var>request.method</var><value>PUBLISH</value></equal>
            <contains><var>request.from.display-name</var><value>lice</value></contains>
          </or></pattern></servlet-mapping>
        </servlet-selection>
        <servlet><servlet-name>red</servlet-name>
          <servlet-class>%1$s</servlet-class>
          <init-param><param-name>colour</param-name><param-value>#f00</param-value></init-param>
        </servlet>
        <servlet><servlet-name>blue</servlet-name>
          <servlet-class>%1$s</servlet-class>
          <init-param><param-name>colour</param-name><param-value>#00f</param-value></init-param>
        </servlet>
      </sip-app>
      """
          .formatted(SipXmlServlet.class.getName());

  @TempDir private Path folder;
  private TestServer server;
  private SipClient alice;

  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(folder, SIP_XML).set("sip.domains", "example.org,sub.example.org").start();
    alice = server.tcp("alice", "127.0.0.1");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    server.close();
  }

  private Received ask(String method, String uri, String to) throws Exception {
    alice.send(method, uri, "selection", 1, to, "Event: test");
    return alice.receive();
  }

  @Test
  void theFirstMappingThatMatchesWins() throws Exception {
    Received red = ask("PUBLISH", "sip:red@sub.example.org", "<sip:red@example.org>");
    assertThat(red.header("X-Servlet")).isEqualTo("red");
    assertThat(red.header("X-Colour")).isEqualTo("#f00");
  }

  @Test
  void theNextOneIsTriedWhenTheFirstDoesNotMatch() throws Exception {
    Received blue = ask("PUBLISH", "sip:red@example.org", "<sip:red@example.org;skip=yes>");
    assertThat(blue.header("X-Servlet")).isEqualTo("blue");
    assertThat(blue.header("X-Colour")).isEqualTo("#00f");
  }

  @Test
  void whatNothingMatchesIsNotFound() throws Exception {
    assertThat(ask("OPTIONS", "sip:green@example.org", "<sip:green@example.org>").firstLine())
        .startsWith("SIP/2.0 404 ");
  }
}
