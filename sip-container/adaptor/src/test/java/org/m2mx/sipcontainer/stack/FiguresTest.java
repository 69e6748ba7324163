package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.metrics.SipContainerMXBean;

/** What the platform's MBean server tells of a server at work. */
class FiguresTest {
  private static final int MOST_CONNECTIONS = 6;

  @TempDir private Path folder;
  private TestServer server;
  private SipContainerMXBean figures;

  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(folder, SlowServlet.class)
            .set("sip.max-connections-per-source", Integer.toString(MOST_CONNECTIONS))
            .start();
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    Set<ObjectName> names =
        beans.queryNames(new ObjectName("org.m2mx.sipcontainer:type=SipContainer,*"), null);
    ObjectName name =
        names.stream()
            .filter(n -> n.getKeyProperty("listen").contains(":" + server.port() + ","))
            .findFirst()
            .orElseThrow();
    figures = JMX.newMXBeanProxy(beans, name, SipContainerMXBean.class);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void ask(SipClient client, String method, String callId) throws Exception {
    client.send(method, "sip:example.org", callId, 1, "<sip:example.org>");
    assertThat(client.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void countMessagesAndTellWhatTheyTook() throws Exception {
    try (SipClient alice = server.tls("alice", "127.0.0.1", "TLSv1.3");
        SipClient bob = server.connect("bob", Transport.UDP, "127.0.0.1")) {
      ask(alice, "OPTIONS", "one");
      ask(bob, "OPTIONS", "two");
      alice.writeRaw(
          """
          SIP/2.0 200 OK
          Via: SIP/2.0/TLS 127.0.0.1:%d;branch=z9hG4bKnobodys
          From: <sip:a@example.org>;tag=1
          To: <sip:b@example.org>;tag=2
          Call-ID: nobodys
          CSeq: 1 OPTIONS
          Content-Length: 0

          OPTIONS sip:example.org SIP/2.0
          Content-Length: 0

          OPTIONS sip:half"""
              .formatted(server.tlsPort())
              .replace("\n", "\r\n"));

      Eventually.is(() -> figures.getTotalMessagesOut() >= 2);
      Eventually.is(() -> figures.getCompletedTransactions() > 0);
      Eventually.is(() -> figures.getTotalRequestsIn() == 2);
      Eventually.is(() -> figures.getTotalResponsesIn() == 1);
      Eventually.is(() -> figures.getTotalForeignResponses() == 1);
      Eventually.is(() -> figures.getTotalMalformed() == 1);
      Eventually.is(() -> figures.getPartialMessageBytes() > 0);
      Eventually.is(() -> figures.getProcessing99Millis() >= SlowServlet.MILLIS);
      Eventually.is(() -> figures.getProcessingMedianMillis() > 0);
      assertThat(figures.getTotalShed()).isZero();
      assertThat(figures.getTotalDropped()).isZero();
      assertThat(figures.getQueueDelayMillis()).isNotNegative();
      Eventually.is(() -> figures.getQueueLength() == 0);
    }
  }

  @Test
  void countConnectionsAndHandshakes() throws Exception {
    try (SipClient alice = server.tls("alice", "127.0.0.1", "TLSv1.3");
        Socket nonsense = new Socket("127.0.0.1", server.tlsPort())) {
      ask(alice, "OPTIONS", "one");
      assertThat(figures.getTotalHandshakes()).isEqualTo(1);
      assertThat(figures.getConnections()).isPositive();
      nonsense.getOutputStream().write("OPTIONS sip:example.org SIP/2.0\r\n\r\n".getBytes());
      Eventually.is(() -> figures.getTotalHandshakesFailed() == 1);
      List<Socket> many = new ArrayList<>();
      for (int i = 0; i <= MOST_CONNECTIONS; i++) {
        many.add(new Socket("127.0.0.1", server.port()));
      }
      Eventually.is(() -> figures.getTotalConnectionsRefused() > 0);
      for (Socket socket : many) {
        socket.close();
      }
      assertThat(Instant.parse(figures.getCertificateExpiry())).isAfter(Instant.now());
    }
  }

  @Test
  void tellWhatACallTakes() throws Exception {
    try (SipClient alice = server.tcp("alice", "127.0.0.1")) {
      ask(alice, "INVITE", "call");
      assertThat(figures.getServerTransactions()).isNotNegative();
      assertThat(figures.getSipSessions()).isPositive();
      assertThat(figures.getApplicationSessions()).isPositive();
      assertThat(figures.getTimers()).isPositive();
      assertThat(figures.getClientTransactions()).isNotNegative();
    }
  }
}
