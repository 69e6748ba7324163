package org.m2mx.tests.sipcontainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;

/**
 * The example of sip-container/README.md, as the build makes it: a WAR with the container in it.
 */
@ArquillianTest
@RunAsClient
class ExampleIT {
  private static final int PORT = 5060;

  @Deployment(testable = false)
  static WebArchive example() {
    return ShrinkWrap.create(ZipImporter.class, "example.war")
        .importFrom(Path.of(System.getProperty("m2mx.example.war")).toFile())
        .as(WebArchive.class);
  }

  @Test
  void answersOptions() throws Exception {
    InetSocketAddress server =
        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), SipEar.moved(PORT));
    try (SipConnection connection = SipConnection.openPlain(server)) {
      connection.send(
          """
          OPTIONS sip:example.org SIP/2.0
          Via: SIP/2.0/TCP %1$s;branch=z9hG4bK%2$s
          Max-Forwards: 70
          From: <sip:alice@example.org>;tag=1
          To: <sip:example.org>
          Call-ID: %2$s
          CSeq: 1 OPTIONS
          Content-Length: 0

          """
              .formatted(connection.localHostPort(), UUID.randomUUID()));

      SipMessage answer = connection.finalResponse("OPTIONS");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Allow")).contains("OPTIONS");
    }
  }
}
