package org.m2mx.tests.sipcontainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.m2mx.tests.sipcontainer.SipApplicationIT.BASE_PORT;
import static org.m2mx.tests.sipcontainer.SipApplicationIT.TWO_APPLICATIONS;
import static org.m2mx.tests.sipcontainer.SipApplicationIT.ask;
import static org.m2mx.tests.sipcontainer.SipApplicationIT.visits;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;

/** How SIP applications are deployed, and what deployments that fail say. */
@ArquillianTest
@RunAsClient
class SipDeploymentIT {
  private static final String COMPOSED = "composed";
  private static final String BAD_DESCRIPTOR = "bad-descriptor";

  @ArquillianResource private Deployer deployer;

  @Deployment(name = COMPOSED, managed = false, testable = false)
  static EnterpriseArchive composed() {
    String[] settings = {
      "sip.listen=tcp://127.0.0.1:" + (BASE_PORT + 1),
      "sip.application-router.file=${jboss.server.data.dir}/sip-tests/routes"
    };
    return SipEar.named(COMPOSED)
        .addAsModules(
            visits(settings),
            ShrinkWrap.create(WebArchive.class, "screening.war")
                .addClass(ScreeningServlet.class)
                .addAsResource(
                    SipEar.settings(BASE_PORT, settings),
                    "META-INF/microprofile-config.properties"));
  }

  @Deployment(name = TWO_APPLICATIONS, managed = false, testable = false)
  static EnterpriseArchive twoApplications() {
    return SipApplicationIT.twoApplications();
  }

  @Deployment(name = BAD_DESCRIPTOR, managed = false, testable = false)
  static EnterpriseArchive badDescriptor() {
    return SipEar.named(BAD_DESCRIPTOR)
        .addAsModule(
            ShrinkWrap.create(WebArchive.class, "bad.war")
                .addAsWebInfResource(
                    new StringAsset("<sip-app>\n <app-name>bad</app-name>\n <sevlet/>\n</sip-app>"),
                    "sip.xml"));
  }

  @AfterEach
  void undeploy() {
    deployer.undeploy(TWO_APPLICATIONS);
    deployer.undeploy(COMPOSED);
  }

  @Test
  void twoWarsServeARequestTogetherInTheOrderOfTheRouterFile() throws Exception {
    Files.createDirectories(SipEar.certificate().getParent());
    Path routes = SipEar.certificate().resolveSibling("routes");
    Files.writeString(
        routes,
        """
        OPTIONS: ("screening", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"), \\
                 ("visits", "DAR:To", "TERMINATING", "", "NO_ROUTE", "1")
        """);
    deployer.deploy(COMPOSED);
    try (SipConnection connection =
        SipConnection.openPlain(
            new InetSocketAddress(
                InetAddress.getByName("127.0.0.1"), SipEar.moved(BASE_PORT + 1)))) {
      SipMessage answer = ask(connection, "TCP", "OPTIONS");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("X-Application")).contains(COMPOSED);
      assertThat(answer.header("X-Through")).contains("/screening");
      assertThat(ask(connection, "TCP", "SUBSCRIBE").status()).isEqualTo(404);
    }
  }

  @Test
  void aPortThatIsTakenIsNamedWithTheRemedy() throws Exception {
    int taken = SipEar.moved(BASE_PORT + 1);
    try (ServerSocket socket = new ServerSocket(taken, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(socket.isBound()).isTrue();
      assertThatThrownBy(() -> deployer.deploy(TWO_APPLICATIONS))
          .hasStackTraceContaining("sip.listen=tcp://127.0.0.1:" + taken)
          .hasStackTraceContaining("free the port or choose another");
    }
  }

  @Test
  void anErrorInSipXmlIsNamedWithFileAndLine() {
    assertThatThrownBy(() -> deployer.deploy(BAD_DESCRIPTOR))
        .hasStackTraceContaining("/bad/WEB-INF/sip.xml line 3: <sevlet> is not supported");
  }
}
