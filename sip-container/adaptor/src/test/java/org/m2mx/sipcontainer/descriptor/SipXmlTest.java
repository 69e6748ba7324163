package org.m2mx.sipcontainer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.servlet.sip.SipServlet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipXmlTest {
  private static final String WHOLE =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet" version="1.1">
        <app-name>pbx</app-name>
        <display-name>A switchboard</display-name>
        <context-param><param-name>greeting</param-name><param-value>hello</param-value></context-param>
        <servlet-selection>
          <servlet-mapping>
            <servlet-name>calls</servlet-name>
            <pattern><equal><var>request.method</var><value>INVITE</value></equal></pattern>
          </servlet-mapping>
          <servlet-mapping>
            <servlet-name>rest</servlet-name>
            <pattern><exists><var>request.method</var></exists></pattern>
          </servlet-mapping>
        </servlet-selection>
        <servlet>
          <servlet-name>rest</servlet-name><servlet-class>pbx.Rest</servlet-class>
        </servlet>
        <servlet>
          <servlet-name>calls</servlet-name><servlet-class>pbx.Calls</servlet-class>
          <init-param><param-name>ring</param-name><param-value>30</param-value></init-param>
          <load-on-startup>1</load-on-startup>
          <run-as><role-name>clerk</role-name></run-as>
          <security-role-ref><role-name>boss</role-name><role-link>manager</role-link></security-role-ref>
        </servlet>
        <login-config><auth-method>DIGEST</auth-method><realm-name>pbx.example</realm-name></login-config>
        <security-role><role-name>clerk</role-name></security-role>
        <proxy-config><proxy-timeout>60</proxy-timeout></proxy-config>
        <session-config><session-timeout>10</session-timeout></session-config>
        <listener><listener-class>pbx.Timers</listener-class></listener>
      </sip-app>
      """;

  private static SipXml read(String text) throws SipXmlException {
    return SipXml.read("sip.xml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void readsEverythingAnApplicationCanDeclare() throws SipXmlException {
    SipDescriptor application = SipDescriptor.merge(read(WHOLE), Set.of(), "fallback");
    assertThat(application.applicationName()).isEqualTo("pbx");
    assertThat(application.mainServlet()).isEmpty();
    assertThat(application.mappings())
        .extracting(ServletMapping::servletName)
        .containsExactly("calls", "rest");
    assertThat(application.servlets())
        .containsExactly(
            new ServletDefinition(
                "calls",
                "pbx.Calls",
                Map.of("ring", "30"),
                1,
                Map.of("boss", "manager"),
                Optional.of("clerk")),
            new ServletDefinition("rest", "pbx.Rest", Map.of(), -1, Map.of(), Optional.empty()));
    assertThat(application.security().login()).contains(new Security.Login.Digest("pbx.example"));
    assertThat(application.listeners()).containsExactly("pbx.Timers");
    assertThat(application.contextParameters()).containsExactly(Map.entry("greeting", "hello"));
    assertThat(application.proxyTimeout()).isEqualTo(60);
    assertThat(application.sessionTimeout()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<sip-app><session-config><session-timeout>ten</session-timeout></session-config></sip-app>|<session-timeout>ten",
        "<sip-app><jndi/></sip-app>|<jndi> is not supported",
        "<web-app/>|expected <sip-app>",
        "<sip-app><servlet><servlet-name>a</servlet-name></servlet></sip-app>|needs a <servlet-class>",
        "<sip-app><app-name></app-name></sip-app>|<app-name> is empty",
        "<sip-app><servlet-selection><servlet-mapping><servlet-name>a</servlet-name><pattern><like/></pattern></servlet-mapping></servlet-selection></sip-app>|<like> is no matching rule",
        "<sip-app><servlet-selection><servlet-mapping><servlet-name>a</servlet-name><pattern><exists><var>request.size</var></exists></pattern></servlet-mapping></servlet-selection></sip-app>|unknown variable request.size",
        "<sip-app><servlet><servlet-name>a</servlet-name><servlet-class>b</servlet-class><run-as><role-name>r</role-name></run-as></servlet></sip-app>|the role r is not declared; add a <security-role>",
        "<sip-app><login-config><auth-method>BASIC</auth-method></login-config></sip-app>|only DIGEST and CLIENT-CERT; RFC 3261 forbids BASIC",
        "<sip-app><login-config><auth-method>DIGEST</auth-method></login-config></sip-app>|needs a <realm-name>",
        "<sip-app><app-name>a</sip-app>|not well-formed"
      })
  void saysWhereAndWhatIsWrong(String line, String problem) {
    assertThatThrownBy(() -> read("\n\n" + line))
        .isInstanceOf(SipXmlException.class)
        .hasMessageStartingWith("sip.xml line 3: ")
        .hasMessageContaining(problem);
  }

  @Test
  void fetchesNothingFromOutside() {
    String text =
        "<!DOCTYPE sip-app [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
            + "<sip-app><app-name>&x;</app-name></sip-app>";
    assertThatThrownBy(() -> read(text)).isInstanceOf(SipXmlException.class);
  }

  @Test
  void refusesMappingsToServletsThatDoNotExist() {
    String text =
        WHOLE.replace(
            "<servlet-name>rest</servlet-name><servlet-class>",
            "<servlet-name>other</servlet-name><servlet-class>");
    assertThatThrownBy(() -> SipDescriptor.merge(read(text), Set.of(), "fallback"))
        .hasMessageContaining("servlet rest, which does not exist");
  }

  @Test
  void takesTheOnlyAnnotatedServletAsMainServlet() throws SipXmlException {
    SipDescriptor application = SipDescriptor.merge(SipXml.ABSENT, Set.of(First.class), "web");
    assertThat(application.applicationName()).isEqualTo("web");
    assertThat(application.mainServlet()).contains("First");
    assertThat(application.sessionTimeout()).isEqualTo(3);
    assertThat(application.proxyTimeout()).isEqualTo(180);
  }

  @Test
  void wantsToKnowWhichOfSeveralServletsGetsRequests() {
    assertThatThrownBy(
            () -> SipDescriptor.merge(SipXml.ABSENT, Set.of(First.class, Second.class), "web"))
        .isInstanceOf(SipXmlException.class)
        .hasMessageContaining("2 SIP servlets");
  }

  @javax.servlet.sip.annotation.SipServlet
  private static final class First extends SipServlet {
    private static final long serialVersionUID = 1L;
  }

  @javax.servlet.sip.annotation.SipServlet(name = "second", applicationName = "two")
  private static final class Second extends SipServlet {
    private static final long serialVersionUID = 1L;
  }
}
