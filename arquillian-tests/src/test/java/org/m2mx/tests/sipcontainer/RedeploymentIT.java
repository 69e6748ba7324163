package org.m2mx.tests.sipcontainer;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.as.arquillian.api.ContainerResource;
import org.jboss.as.arquillian.container.ManagementClient;
import org.jboss.as.controller.client.helpers.Operations;
import org.jboss.dmr.ModelNode;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.deployment.SipRuntime;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;

/** An application that is taken away in the midst of its work, again and again. */
@ArquillianTest
@RunAsClient
class RedeploymentIT {
  private static final String APPLICATION = "lingering";
  private static final int PORT = 5081;
  private static final int TIMES = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @ArquillianResource private Deployer deployer;
  @ContainerResource private ManagementClient management;

  @Deployment(name = APPLICATION, managed = false, testable = false)
  static EnterpriseArchive application() {
    return SipEar.named(APPLICATION)
        .addAsModule(
            ShrinkWrap.create(WebArchive.class, "lingering.war")
                .addClasses(LingeringServlet.class, LingeringServlet.Mark.class)
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsResource(SipEar.settings(PORT), "META-INF/microprofile-config.properties"));
  }

  @Test
  void twentyRedeploymentsLeaveNoPortThreadTimerOrClassLoaderBehind() throws Exception {
    ServerMemory server = ServerMemory.of(management);
    long containersBefore = server.reachable(SipRuntime.class.getName());
    deployer.deploy(APPLICATION);
    workUntil(this::redeploy);
    Map<String, Long> threadsBefore = server.threads();

    for (int i = 1; i < TIMES; i++) {
      workUntil(this::redeploy);
    }

    assertThat(server.threads())
        .allSatisfy(
            (name, count) ->
                assertThat(count - threadsBefore.getOrDefault(name, 0L))
                    .as("more threads '%s' than before", name)
                    .isLessThan(TIMES / 2));
    workUntil(() -> deployer.undeploy(APPLICATION));
    await("the end of every SIP thread")
        .atMost(PATIENCE)
        .until(() -> server.threads().keySet().stream().noneMatch(name -> name.startsWith("sip-")));
    for (int port : new int[] {PORT, PORT + 1}) {
      assertThatThrownBy(() -> new Socket("127.0.0.1", SipEar.moved(port)).close())
          .hasMessageContaining("refused");
    }
    awaitReachable(server, LingeringServlet.Mark.class.getName(), 0);
    awaitReachable(server, SipRuntime.class.getName(), containersBefore);
  }

  /** Has a call ring and a timer run when the end comes. */
  private static void workUntil(ThrowingRunnable end) throws Exception {
    try (SipConnection connection =
        SipConnection.open(
            new InetSocketAddress(InetAddress.getByName("::1"), SipEar.moved(PORT)),
            SipEar.certificate())) {
      send(connection, "OPTIONS");
      assertThat(connection.finalResponse("OPTIONS").status()).isEqualTo(200);
      send(connection, "INVITE");
      connection.await(answer -> !answer.isRequest() && answer.status() == 180);
      end.run();
      assertThatThrownBy(() -> connection.await(RedeploymentIT::nothingOfInterest))
          .isInstanceOfAny(EOFException.class, SocketException.class);
    }
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private void redeploy() throws IOException {
    ModelNode deployment = new ModelNode().add("deployment", APPLICATION + ".ear");
    ModelNode outcome =
        management
            .getControllerClient()
            .execute(Operations.createOperation("redeploy", deployment));
    assertThat(Operations.isSuccessfulOutcome(outcome)).as("redeploy: %s", outcome).isTrue();
  }

  private static boolean nothingOfInterest(SipMessage message) {
    return false;
  }

  private static void send(SipConnection connection, String method) throws Exception {
    connection.send(
        """
        %1$s sip:example.org SIP/2.0
        Via: SIP/2.0/TLS %2$s;branch=z9hG4bK%3$s
        Max-Forwards: 70
        From: <sip:alice@example.org>;tag=1
        To: <sip:example.org>
        Call-ID: %3$s
        CSeq: 1 %1$s
        Contact: <sip:alice@%2$s;transport=tls>
        Content-Length: 0

        """
            .formatted(method, connection.localHostPort(), UUID.randomUUID()));
  }

  private static void awaitReachable(ServerMemory server, String className, long expected)
      throws Exception {
    await("reachable instances of " + className)
        .atMost(PATIENCE)
        .pollInterval(ofMillis(500))
        .until(() -> server.reachable(className), lessThanOrEqualTo(expected));
  }
}
