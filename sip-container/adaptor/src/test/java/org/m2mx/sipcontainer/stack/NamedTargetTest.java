package org.m2mx.sipcontainer.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.dns.NameServer;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** RFC 3263 on the wire: next hops that are names. */
class NamedTargetTest {
  private static final String TARGET = "sip:bob@voice.test;transport=tcp";

  @TempDir private Path folder;
  private NameServer dns;
  private TestServer server;
  private final Socket deaf = new Socket();
  private SipClient alice;
  private Target one;
  private Target two;

  @BeforeEach
  void start() throws Exception {
    ProxyServlet.SEEN.clear();
    dns = new NameServer();
    one = new Target("one");
    two = new Target("two", "::1");
    serve("30");
  }

  private void serve(String dnsTimeout) throws Exception {
    server =
        new TestServer(folder, ProxyServlet.class)
            .set("sip.dns.servers", dns.setting())
            .set("sip.dns.timeout", dnsTimeout)
            .set("sip.workers", "1")
            .start();
    alice = server.tcp("alice", "127.0.0.1");
  }

  @AfterEach
  void stop() throws Exception {
    alice.close();
    one.close();
    two.close();
    deaf.close();
    server.close();
    dns.close();
  }

  private void servers(int... ports) throws Exception {
    for (int i = 0; i < ports.length; i++) {
      dns.add("_sip._tcp.voice.test", "SRV", 60, "%d 0 %d host%d.test.".formatted(i, ports[i], i));
    }
    dns.add("host0.test", "A", 60, "127.0.0.1").add("host1.test", "AAAA", 60, "::1");
  }

  private String send(String method, String callId, String target) throws Exception {
    return alice.send(
        method,
        "sip:someone@example.org",
        callId,
        1,
        "<sip:someone@example.org>",
        "X-Options: parallel record-route",
        "X-Targets: " + target);
  }

  /** Nobody else gets the port, and nobody listens there. */
  private int closedPort() throws Exception {
    deaf.bind(new InetSocketAddress("127.0.0.1", 0));
    return deaf.getLocalPort();
  }

  @Test
  void findsTheServerAndStaysWithItForTheWholeTransaction() throws Exception {
    servers(one.port());
    String branch = send("INVITE", "call", TARGET);
    Received invite = one.connection().receive();
    assertThat(invite.firstLine()).isEqualTo("INVITE " + TARGET + " SIP/2.0");
    assertThat(invite.headers("Via").get(0)).startsWith("SIP/2.0/TCP 127.0.0.1:" + server.port());
    one.answer(invite, "180 Ringing");
    alice.receiveProvisional("180");
    alice.sendWithBranch(
        branch, "CANCEL", "sip:someone@example.org", "call", 1, "<sip:someone@example.org>");
    assertThat(alice.receive().header("CSeq")).isEqualTo("1 CANCEL");
    Received cancel = one.connection().receive();
    assertThat(cancel.firstLine()).isEqualTo("CANCEL " + TARGET + " SIP/2.0");
    assertThat(cancel.header("Via")).isEqualTo(invite.headers("Via").get(0));
    one.answer(cancel, "200 OK");
    one.answer(invite, "487 Request Terminated");
    assertThat(one.connection().receive().firstLine()).startsWith("ACK ");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 487 Request Terminated");
  }

  @Test
  void findsANameThatIsTheContactOfADialog() throws Exception {
    servers(one.port());
    send("INVITE", "dialog", one.uri());
    Received invite = one.connection().receive();
    one.connection().answerWithContact(invite, "200 OK", "<" + TARGET + ">");
    Received ok = alice.receive();
    String route = "Route: " + ok.header("Record-Route");
    alice.send("ACK", TARGET, "dialog", 1, ok.header("To"), route);
    assertThat(one.connection().receive().firstLine()).isEqualTo("ACK " + TARGET + " SIP/2.0");
    alice.send("BYE", TARGET, "dialog", 2, ok.header("To"), route);
    Received bye = one.connection().receive();
    assertThat(bye.firstLine()).isEqualTo("BYE " + TARGET + " SIP/2.0");
    one.answer(bye, "200 OK");
    assertThat(alice.receive().header("CSeq")).isEqualTo("2 BYE");
  }

  @Test
  void takesTheTransportFromTheDnsAndSendsAgainOverUdp() throws Exception {
    try (DatagramSocket bob = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      bob.setSoTimeout(30_000);
      dns.add("voice.test", "NAPTR", 60, "1 1 \"s\" \"SIP+D2U\" \"\" _sip._udp.voice.test.")
          .add("_sip._udp.voice.test", "SRV", 60, "0 0 %d host.test.".formatted(bob.getLocalPort()))
          .add("host.test", "A", 60, "127.0.0.1");
      alice.send(
          "OPTIONS",
          "sip:someone@example.org",
          "udp",
          1,
          "<sip:someone@example.org>",
          "X-Options: parallel",
          "X-Targets: sip:bob@voice.test");
      DatagramPacket first = receive(bob);
      DatagramPacket second = receive(bob);
      String text = text(second);
      assertThat(text).startsWith("OPTIONS sip:bob@voice.test SIP/2.0\r\nVia: SIP/2.0/UDP ");
      assertThat(text).isEqualTo(text(first));
      byte[] ok =
          text.replaceFirst("OPTIONS sip:bob@voice.test SIP/2.0", "SIP/2.0 200 OK")
              .replaceFirst("(To: .*)", "$1;tag=bob")
              .getBytes(UTF_8);
      bob.send(new DatagramPacket(ok, ok.length, first.getSocketAddress()));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  @Test
  void leavesAServerThatIsSilentOnUdpForTheNext() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        DatagramSocket bob = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      silent.setSoTimeout(30_000);
      bob.setSoTimeout(30_000);
      dns.add(
              "_sip._udp.voice.test",
              "SRV",
              60,
              "0 0 %d host.test.".formatted(silent.getLocalPort()))
          .add("_sip._udp.voice.test", "SRV", 60, "1 0 %d host.test.".formatted(bob.getLocalPort()))
          .add("host.test", "A", 60, "127.0.0.1");
      send("INVITE", "silent", "sip:bob@voice.test;transport=udp");
      DatagramPacket invite = receive(bob);
      String unanswered = text(receive(silent));
      assertThat(unanswered).startsWith("INVITE sip:bob@voice.test;transport=udp SIP/2.0");
      assertThat(text(receive(silent))).isEqualTo(unanswered);
      assertThat(topmostVia(text(invite))).isNotEqualTo(topmostVia(unanswered));
      byte[] ok =
          text(invite)
              .replaceFirst("INVITE [^ ]+ SIP/2.0", "SIP/2.0 200 OK")
              .replaceFirst("(To: .*)", "$1;tag=bob")
              .getBytes(UTF_8);
      bob.send(new DatagramPacket(ok, ok.length, invite.getSocketAddress()));
      assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  private static String topmostVia(String message) {
    return new Received(message).headers("Via").get(0);
  }

  private static DatagramPacket receive(DatagramSocket socket) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    socket.receive(packet);
    return packet;
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }

  @Test
  void goesToTheNextServerInAnotherFamilyWhenTheFirstIsBusy() throws Exception {
    servers(one.port(), two.port());
    send("INVITE", "busy", TARGET);
    Received atOne = one.connection().receive();
    one.answer(atOne, "503 Service Unavailable");
    Received ack = one.connection().receive();
    assertThat(ack.firstLine()).startsWith("ACK ");
    assertThat(ack.header("Via")).isEqualTo(atOne.headers("Via").get(0));
    Received atTwo = two.connection().receive();
    assertThat(atTwo.headers("Via").get(0)).startsWith("SIP/2.0/TCP [::1]:" + server.port());
    assertThat(atTwo.headers("Via").get(0)).isNotEqualTo(atOne.headers("Via").get(0));
    assertThat(atTwo.headers("Record-Route")).hasSize(2);
    assertThat(atTwo.headers("Record-Route").get(0)).startsWith("<sip:[::1]:" + server.port());
    two.answer(atTwo, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    assertThat(ProxyServlet.SEEN).doesNotContain("branch response 503");
  }

  @Test
  void goesToTheNextServerWhenTheFirstIsDown() throws Exception {
    servers(closedPort(), two.port());
    send("OPTIONS", "down", TARGET);
    Received options = two.connection().receive();
    two.answer(options, "200 OK");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void passesARefusalOn() throws Exception {
    servers(one.port(), two.port());
    send("OPTIONS", "refused", TARGET);
    one.answer(one.connection().receive(), "403 Forbidden");
    assertThat(alice.receive().firstLine()).isEqualTo("SIP/2.0 403 Forbidden");
    assertThat(two.isReached()).isFalse();
  }

  @Test
  void answersWhenNoServerIsUp() throws Exception {
    servers(closedPort());
    send("OPTIONS", "none", TARGET);
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 503 ");
  }

  @Test
  void answersWhenTheNameIsNot() throws Exception {
    send("OPTIONS", "unknown", "sip:bob@nowhere.test;transport=tcp");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 503 ");
  }

  @Test
  void answersWhenTheNameServerIsSilent() throws Exception {
    alice.close();
    server.close();
    serve("3");
    dns.mute("silent.test");
    send("OPTIONS", "silent", "sip:bob@silent.test:5060;transport=tcp");
    assertThat(alice.receive().firstLine()).startsWith("SIP/2.0 503 ");
  }

  /** All these look-ups take half a minute; the only worker waits for none of them. */
  @Test
  void servesOthersWhileANameServerIsSilent() throws Exception {
    int silent = 40;
    for (int i = 0; i < silent; i++) {
      dns.mute("silent" + i + ".test");
      send("OPTIONS", "silent" + i, "sip:bob@silent" + i + ".test:5060;transport=tcp");
    }
    send("OPTIONS", "quick", one.uri());
    one.answer(one.connection().receive(), "200 OK");
    int before = 0;
    while (!alice.receive().header("Call-ID").equals("quick")) {
      before++;
    }
    assertThat(before).isLessThan(silent);
  }
}
