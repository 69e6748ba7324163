package org.m2mx.ua.firewall.igd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.xml.MalformedXmlException;
import org.m2mx.ua.xml.SafeXml;

/** What comes from a gateway, or from somebody who claims to be one. */
@Timeout(60)
class IgdParsingTest {
  private static final int ROUNDS = 20_000;

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static SsdpResponse ssdp(String location) throws Exception {
    byte[] packet = octets("HTTP/1.1 200 OK\r\nEXT:\r\nLOCATION: " + location + "\r\n\r\n");
    return SsdpResponse.parse(packet, packet.length, InetAddress.getByName("2001:db8::1"));
  }

  @Test
  void readsALocation() throws Exception {
    SsdpResponse response = ssdp("http://[2001:db8:0::1]:5000/root.xml?a=b");
    assertThat(response.gateway().getPort()).isEqualTo(5000);
    assertThat(response.path()).isEqualTo("/root.xml?a=b");
    assertThat(ssdp("HTTP://[2001:db8::1]/").gateway().getPort()).isEqualTo(80);
  }

  @Test
  void comparesHostsWithoutTheirZones() throws Exception {
    InetAddress sender = InetAddress.getByName("fe80::1");
    assertThat(SsdpResponse.isHost("[fe80::1%25eth0]", sender)).isTrue();
    assertThat(SsdpResponse.isHost("[fe80::2]", sender)).isFalse();
    assertThat(SsdpResponse.isHost("localhost", sender)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://[2001:db8::1]/root.xml",
        "file:///etc/passwd",
        "http://gateway.example/root.xml",
        "http://[2001:db8::2]/root.xml",
        "http://[2001:db8::1]:99999/root.xml",
        "http://[2001:db8::1]",
        "http:opaque",
        "/root.xml",
        "not a url",
      })
  void refusesALocationThatIsNotTheSenders(String location) {
    assertThatExceptionOfType(FirewallException.class).isThrownBy(() -> ssdp(location));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        "HTTP/1.0 200\r\n\r\nhello",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2;x=y\nhe\n3\nllo\n0\n\n",
      })
  void readsBodies(String response) throws Exception {
    GatewayHttp.Reply reply = GatewayHttp.read(new ByteArrayInputStream(octets(response)));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).asString().isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello",
      })
  void refusesResponsesThatMakeNoSense(String response) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> GatewayHttp.read(new ByteArrayInputStream(octets(response))));
  }

  @Test
  void refusesBodiesWithoutEnd() {
    String endless = "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(300_000);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> GatewayHttp.read(new ByteArrayInputStream(octets(endless))))
        .withMessageContaining("more than");
  }

  @Test
  void refusesXmlThatIsNestedTooDeep() {
    assertThatExceptionOfType(MalformedXmlException.class)
        .isThrownBy(() -> SafeXml.read(octets("<a>".repeat(100)), name -> {}, (name, text) -> {}))
        .withMessageContaining("nested");
  }

  @Test
  void takesAResultForNoOtherAction() {
    GatewayHttp.Reply reply = new GatewayHttp.Reply(200, octets("<a><AddPinholeResponse/></a>"));
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> Soap.response("DeletePinhole", reply));
  }

  @Test
  void whateverComesIsReadOrRefused() throws Exception {
    Random random = new Random(5);
    InetAddress sender = InetAddress.getByName("2001:db8::1");
    byte[] search =
        octets("HTTP/1.1 200 OK\r\nLOCATION: http://[2001:db8::1]:5000/root.xml\r\n\r\n");
    byte[] http =
        octets("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<a/> \r\n0\r\n\r\n");
    byte[] soap =
        octets(
            "<s:E xmlns:s=\"s\"><s:Fault><errorCode>704</errorCode><x>&#65;</x></s:Fault></s:E>");
    byte[] description =
        octets(
            "<root><service><serviceType>t</serviceType><controlURL>/c</controlURL></service>"
                + "</root>");
    for (int i = 0; i < ROUNDS; i++) {
      byte[] packet = damaged(search, random);
      admitted(() -> SsdpResponse.parse(packet, packet.length, sender));
      byte[] response = damaged(http, random);
      admitted(() -> GatewayHttp.read(new ByteArrayInputStream(response)));
      GatewayHttp.Reply reply = new GatewayHttp.Reply(500, damaged(soap, random));
      admitted(() -> Soap.response("AddPinhole", reply));
      byte[] document = damaged(description, random);
      admitted(() -> DeviceDescription.controlPath(document, "t", sender, "/root.xml"));
    }
  }

  private interface Parsing {
    Object run() throws Exception;
  }

  private static void admitted(Parsing parsing) {
    try {
      assertThat(parsing.run()).isNotNull();
    } catch (Exception e) {
      assertThat(e).isInstanceOfAny(FirewallException.class, SoapFault.class, IOException.class);
    }
  }

  private static byte[] damaged(byte[] good, Random random) {
    byte[] bad = Arrays.copyOf(good, good.length - random.nextInt(3));
    for (int n = random.nextInt(4); n >= 0; n--) {
      bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
    }
    return bad;
  }

  @Test
  void writesArgumentsInTheirOrder() {
    String text =
        new String(
            Soap.request("urn:s", "Do", new java.util.TreeMap<>(Map.of("A", "1", "B", "2"))),
            StandardCharsets.UTF_8);
    assertThat(text).contains("<u:Do xmlns:u=\"urn:s\"><A>1</A><B>2</B></u:Do>");
  }
}
