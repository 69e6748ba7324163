package org.m2mx.tests.sipcontainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/**
 * Two SIP applications in one EAR that has nothing of the m2m-x service in it, seen from the wire.
 */
@ArquillianTest
@RunAsClient
class SipApplicationIT {
  static final String TWO_APPLICATIONS = "two-applications";
  static final int BASE_PORT = 5071;
  private static final String REGULARS_MAY_REGISTER =
      """
      <security-constraint>
        <resource-collection><servlet-name>visits</servlet-name><sip-method>REGISTER</sip-method></resource-collection>
        <auth-constraint><role-name>regular</role-name></auth-constraint>
      </security-constraint>
      <login-config><auth-method>DIGEST</auth-method><realm-name>example.org</realm-name></login-config>
      <security-role><role-name>regular</role-name></security-role>
      """;

  static WebArchive visits(String... settings) {
    return ShrinkWrap.create(WebArchive.class, "visits.war")
        .addClasses(
            Visit.class,
            Visits.class,
            Regulars.class,
            VisitCredentials.class,
            CurrentRequest.class,
            VisitServlet.class,
            AnswerTimer.class)
        .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
        .addAsWebInfResource(
            sipXml(
                mapping("visits", "OPTIONS")
                    + mapping("visits", "MESSAGE")
                    + mapping("visits", "PUBLISH")
                    + mapping("visits", "REFER")
                    + mapping("visits", "REGISTER"),
                REGULARS_MAY_REGISTER),
            "sip.xml")
        .addAsResource(persistence(), "META-INF/persistence.xml")
        .addAsResource(
            SipEar.settings(BASE_PORT, settings), "META-INF/microprofile-config.properties");
  }

  @Deployment(testable = false)
  static EnterpriseArchive twoApplications() {
    WebArchive visits = visits();
    WebArchive subscriptions =
        ShrinkWrap.create(WebArchive.class, "subscriptions.war")
            .addClasses(SubscribeServlet.class, Regulars.class)
            .addAsWebInfResource(
                sipXml(
                    mapping("subscribe", "SUBSCRIBE"),
                    "<servlet><servlet-name>subscribe</servlet-name><servlet-class>"
                        + SubscribeServlet.class.getName()
                        + "</servlet-class><run-as><role-name>regular</role-name></run-as></servlet>"
                        + "<security-role><role-name>regular</role-name></security-role>"),
                "sip.xml")
            .addAsResource(SipEar.settings(BASE_PORT), "META-INF/microprofile-config.properties");
    return SipEar.named(TWO_APPLICATIONS).addAsModules(visits, subscriptions);
  }

  private static StringAsset sipXml(String mappings, String servlets) {
    return new StringAsset(
        "<sip-app><servlet-selection>%s</servlet-selection>%s</sip-app>"
            .formatted(mappings, servlets));
  }

  private static String mapping(String servlet, String method) {
    return """
    <servlet-mapping><servlet-name>%s</servlet-name><pattern>
      <equal><var>request.method</var><value>%s</value></equal>
    </pattern></servlet-mapping>
    """
        .formatted(servlet, method);
  }

  private static StringAsset persistence() {
    return new StringAsset(
        """
        <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
          <persistence-unit name="visits">
            <jta-data-source>java:jboss/datasources/ExampleDS</jta-data-source>
            <class>org.m2mx.tests.sipcontainer.Visit</class>
            <properties>
              <property name="jakarta.persistence.schema-generation.database.action" value="drop-and-create"/>
            </properties>
          </persistence-unit>
        </persistence>
        """);
  }

  private static SipConnection connect() throws Exception {
    return SipConnection.open(
        new InetSocketAddress(InetAddress.getByName("::1"), SipEar.moved(BASE_PORT)),
        SipEar.certificate());
  }

  private static SipMessage ask(SipConnection connection, String method) throws Exception {
    return ask(connection, "TLS", method);
  }

  static SipMessage ask(
      SipConnection connection, String transport, String method, String... headers)
      throws Exception {
    send(connection, transport, method, headers);
    return connection.finalResponse(method);
  }

  private static void send(
      SipConnection connection, String transport, String method, String... headers)
      throws Exception {
    connection.send(
        """
        %1$s sip:example.org SIP/2.0
        Via: SIP/2.0/%4$s %2$s;branch=z9hG4bK%3$s
        Max-Forwards: 70
        From: <sip:alice@example.org>;tag=1
        To: <sip:example.org>
        Call-ID: %3$s
        CSeq: 1 %1$s
        Event: presence
        Contact: <sip:alice@%2$s>
        %5$sContent-Length: 0

        """
            .formatted(
                method,
                connection.localHostPort(),
                UUID.randomUUID(),
                transport,
                String.join("", headers)));
  }

  /** How many there have been so far. */
  private static long visitsSoFar(SipConnection connection) throws Exception {
    return Long.parseLong(ask(connection, "OPTIONS").header("X-Visits").orElseThrow());
  }

  @Test
  void aServletReachesNamingTransactionsPersistenceAndTheRequestScope() throws Exception {
    try (SipConnection connection = connect()) {
      assertThat(connection.protocol()).isEqualTo("TLSv1.3");
      SipMessage first = ask(connection, "OPTIONS");
      SipMessage second = ask(connection, "OPTIONS");

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.header("X-Transaction")).as("active").contains("0");
      assertThat(first.header("X-Application")).contains(TWO_APPLICATIONS);
      assertThat(first.header("X-Visits")).isPresent().isEqualTo(second.header("X-Visits"));
      assertThat(first.header("X-Factory")).contains("sip:a@example.org");
      assertThat(second.header("X-Request")).isPresent().isNotEqualTo(first.header("X-Request"));
    }
  }

  @Test
  void aTimerAnswersLaterWithAllThatAServletHas() throws Exception {
    try (SipConnection connection = connect()) {
      long before = visitsSoFar(connection);
      SipMessage accepted = ask(connection, "MESSAGE");

      assertThat(accepted.status()).isEqualTo(202);
      assertThat(accepted.header("X-Thread").orElseThrow()).startsWith("sip-timer-");
      assertThat(accepted.header("X-Visits")).contains(Long.toString(before + 1));
      assertThat(accepted.header("X-Transaction")).contains("0");
      assertThat(accepted.header("X-Application")).contains(TWO_APPLICATIONS);
      assertThat(accepted.header("X-Request")).isPresent();
      assertThat(accepted.header("X-Caller")).as("let in by run-as").contains("anonymous");
    }
  }

  @Test
  void anAnswerFindsAllThatAServletHas() throws Exception {
    try (SipConnection connection = connect()) {
      long before = visitsSoFar(connection);
      send(connection, "TLS", "REFER");
      SipMessage question = connection.request("OPTIONS");
      new WireDevice(connection, "alice", "example.org", "").answer(question, "200 OK", "");
      SipMessage accepted = connection.finalResponse("REFER");

      assertThat(accepted.status()).isEqualTo(202);
      assertThat(accepted.header("X-Visits")).contains(Long.toString(before + 1));
      assertThat(accepted.header("X-Transaction")).contains("0");
      assertThat(accepted.header("X-Application")).contains(TWO_APPLICATIONS);
      assertThat(accepted.header("X-Request")).isPresent();
      assertThat(accepted.header("X-Regular")).as("nobody calls").contains("anonymous false");
    }
  }

  @Test
  void aServletGoesOnLaterWithAllThatItHas() throws Exception {
    try (SipConnection connection = connect()) {
      long before = visitsSoFar(connection);
      SipMessage answer = ask(connection, "PUBLISH");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("X-Thread").orElseThrow()).startsWith("sip-going-on-");
      assertThat(answer.header("X-Visits")).contains(Long.toString(before + 1));
      assertThat(answer.header("X-Transaction")).contains("0");
      assertThat(answer.header("X-Application")).contains(TWO_APPLICATIONS);
      assertThat(answer.header("X-Request")).isPresent();
    }
  }

  @Test
  void aBeanKnowsWhomTheDescriptorLetsIn() throws Exception {
    try (SipConnection connection = connect()) {
      assertThat(ask(connection, "MESSAGE").status()).isEqualTo(202);
      SipMessage challenge = ask(connection, "REGISTER");
      assertThat(challenge.status()).isEqualTo(401);
      String proof =
          DigestChallenge.parse(challenge.header("WWW-Authenticate").orElseThrow())
              .orElseThrow()
              .answer("alice", VisitCredentials.PASSWORD, "REGISTER", "sip:example.org", "mine");

      SipMessage registered = ask(connection, "TLS", "REGISTER", "Authorization: " + proof + "\n");
      assertThat(registered.status()).isEqualTo(200);
      assertThat(registered.header("X-User")).contains("alice");
      assertThat(registered.header("X-Caller")).contains("alice");
      assertThat(registered.header("X-Caller-Later")).contains("alice");
    }
  }

  @Test
  void enterpriseBeansLetInWhomAServletActsFor() throws Exception {
    try (SipConnection connection = connect()) {
      SipMessage nobody = ask(connection, "OPTIONS");
      assertThat(nobody.header("X-Regular")).contains("anonymous false");
      assertThat(nobody.header("X-Caller")).contains("refused");
      assertThat(ask(connection, "SUBSCRIBE").header("X-Caller"))
          .as("by run-as")
          .contains("anonymous");
    }
  }

  @Test
  void applicationsShareAStackAndWhatIsForNoneIsNotSentOn() throws Exception {
    try (SipConnection connection = connect()) {
      assertThat(ask(connection, "OPTIONS").status()).isEqualTo(200);
      assertThat(ask(connection, "SUBSCRIBE").status()).isEqualTo(489);
      assertThat(ask(connection, "GREET").status()).isEqualTo(404);
    }
  }
}
