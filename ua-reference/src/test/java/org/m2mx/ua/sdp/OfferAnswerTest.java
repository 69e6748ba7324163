package org.m2mx.ua.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.testserver.Certificates;

/** Offer and answer (RFC 3264), with the roles of RFC 4145 and the fingerprints of RFC 8122. */
class OfferAnswerTest {
  private static final Fingerprint ALICE = fingerprint("AA");
  private static final Fingerprint VIDEO = fingerprint("BB");
  private static final String TUNNEL = "a-tunnel-of-20-octets";
  private static final String HEAD = "v=0\r\no=- 1 1 IN IP6 2001:db8::a\r\ns=-\r\nt=0 0\r\n";
  private static final String STREAM =
      "m=application 4000 TCP/TLS m2mx\r\nc=IN IP6 2001:db8::a\r\n";
  private static final String PRINT = "a=fingerprint:" + ALICE + "\r\n";

  private static Fingerprint fingerprint(String octet) {
    return new Fingerprint("SHA-256", octet + (":" + octet).repeat(31));
  }

  private static Credential credential(Fingerprint fingerprint) {
    return new Credential(fingerprint, null);
  }

  private static InetSocketAddress at(String address, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(address), port);
  }

  private static ReceivedOffer accept(String sdp) throws Exception {
    return ReceivedOffer.accept(SessionDescription.parse(sdp), DataProtocol.ALL);
  }

  private static Offer stream(Origin origin) throws Exception {
    return Offer.of(
        origin,
        Map.of(DataProtocol.TCP_TLS, at("2001:db8::a", 4000)),
        credential(ALICE),
        null,
        null);
  }

  private static Offer both(DataProtocol first, DataProtocol second) throws Exception {
    Map<DataProtocol, InetSocketAddress> ends = new LinkedHashMap<>();
    ends.put(first, at("2001:db8::a", 4000));
    ends.put(second, at("2001:db8::a", 4001));
    return Offer.of(
        new Origin(1, 1), ends, credential(ALICE), "offerer-1234567890ab", Resumption.OWN);
  }

  private static String answer(ReceivedOffer offer) throws Exception {
    return offer
        .answer(new Origin(7, 1), at("2001:db8::b", 5000), credential(VIDEO), "answerer")
        .toString();
  }

  @Test
  void agreesWithItself() throws Exception {
    Offer offer = stream(Origin.random(new Random(1)));
    ReceivedOffer received = accept(offer.description().toString());
    Agreement callee = received.agreement();
    Agreement caller = offer.settle(SessionDescription.parse(answer(received)));
    assertThat(callee.role()).isEqualTo(Setup.PASSIVE);
    assertThat(callee.peer().getAddress()).isEqualTo(InetAddress.getByName("2001:db8::a"));
    assertThat(callee.peerFingerprints()).containsExactly(ALICE);
    assertThat(caller.role()).isEqualTo(Setup.ACTIVE);
    assertThat(caller.peer()).isEqualTo(at("2001:db8::b", 5000));
    assertThat(caller.peerFingerprints()).containsExactly(VIDEO);
  }

  @ParameterizedTest
  @CsvSource({
    "a=setup:actpass, PASSIVE, passive, 5000",
    "a=setup:active, PASSIVE, passive, 5000",
    "a=setup:passive, ACTIVE, active, 9",
    // RFC 4145 section 4: an offer without setup is active.
    "a=x, PASSIVE, passive, 5000",
  })
  void answersEachRoleWithItsOpposite(String setup, Setup role, String answered, int port)
      throws Exception {
    ReceivedOffer offer = accept(HEAD + STREAM + setup + "\r\n" + PRINT);
    assertThat(offer.agreement().role()).isEqualTo(role);
    assertThat(answer(offer))
        .contains("m=application " + port + " TCP/TLS m2mx\r\n", "a=setup:" + answered + "\r\n")
        .contains("a=connection:new\r\n", "a=fingerprint:" + VIDEO + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "a=setup:passive, ACTIVE",
    "a=setup:active, PASSIVE",
    // RFC 4145 section 4: an answer without setup is passive.
    "a=x, ACTIVE",
  })
  void readsTheRoleFromTheAnswer(String setup, Setup role) throws Exception {
    Offer offer = stream(new Origin(1, 1));
    assertThat(
            offer.settle(SessionDescription.parse(HEAD + STREAM + setup + "\r\n" + PRINT)).role())
        .isEqualTo(role);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=setup:actpass\r\n",
        "a=setup:holdconn\r\n",
        "a=setup:both\r\n",
        "a=connection:existing\r\n",
      })
  void refusesAnAnswerThatMayNotBe(String attribute) throws Exception {
    Offer offer = stream(new Origin(1, 1));
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(
            () -> offer.settle(SessionDescription.parse(HEAD + STREAM + attribute + PRINT)));
  }

  @Test
  void refusesAnAnswerThatDoesNotFitTheOffer() throws Exception {
    Offer offer = stream(new Origin(1, 1));
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> offer.settle(SessionDescription.parse(HEAD)))
        .withMessageContaining("0 m= lines and the offer 1");
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(
            () -> offer.settle(SessionDescription.parse(HEAD + "m=application 0 TCP/TLS m2mx\r\n")))
        .withMessageContaining("refuses every m= line");
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(
            () ->
                offer.settle(
                    SessionDescription.parse(HEAD + STREAM.replace("TCP/TLS", "UDP/DTLS") + PRINT)))
        .withMessageContaining("was not offered");
  }

  @Test
  void keepsTheFirstLineItCanAndRefusesTheOthers() throws Exception {
    ReceivedOffer offer =
        accept(
            HEAD
                + "m=audio 49170 RTP/AVP 0\r\nc=IN IP6 2001:db8::a\r\n"
                + "m=application 4000 UDP/DTLS other\r\nc=IN IP6 2001:db8::a\r\n"
                + STREAM
                + PRINT
                + STREAM
                + PRINT);
    assertThat(answer(offer).lines().filter(line -> line.startsWith("m=")))
        .containsExactly(
            "m=audio 0 RTP/AVP 0",
            "m=application 0 UDP/DTLS other",
            "m=application 5000 TCP/TLS m2mx",
            "m=application 0 TCP/TLS m2mx");
  }

  @ParameterizedTest
  @CsvSource({
    "a=setup:holdconn, holds its connection",
    "a=setup:later, unknown role",
    "a=connection:existing, no connection yet",
  })
  void refusesAnOfferItCannotMeet(String attribute, String why) {
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM + attribute + "\r\n" + PRINT))
        .withMessageContaining(why);
  }

  @Test
  void refusesAnOfferWithoutAStrongFingerprint() {
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM))
        .withMessageContaining("no a=fingerprint");
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM + "a=fingerprint:SHA-1 AA:BB\r\n"))
        .withMessageContaining("SHA-256 or stronger");
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM + "a=fingerprint:SHA-256 AA:B\r\n"))
        .withMessageContaining("malformed");
  }

  @Test
  void refusesAWildcardAddress() {
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM.replace("2001:db8::a", "::") + PRINT))
        .withMessageContaining("wildcard");
  }

  @Test
  void refusesAnOfferOfNothing() {
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD))
        .withMessageContaining("no m=application line for TCP/TLS m2mx or UDP/DTLS m2mx");
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM.replace("4000", "0") + PRINT));
  }

  @Test
  void takesTheSessionsFingerprintWhereTheMediaHasNone() throws Exception {
    assertThat(accept(HEAD + PRINT + STREAM).agreement().peerFingerprints()).containsExactly(ALICE);
    assertThat(
            accept(HEAD + "a=fingerprint:" + VIDEO + "\r\n" + STREAM + PRINT)
                .agreement()
                .peerFingerprints())
        .containsExactly(ALICE);
  }

  @ParameterizedTest
  @CsvSource({
    "TCP_TLS, UDP_DTLS, TCP_TLS, 4000",
    "TCP_TLS, UDP_DTLS, UDP_DTLS, 4001",
    "UDP_DTLS, TCP_TLS, TCP_TLS, 4001",
  })
  void theAnswererChoosesOneProtocolByItsOwnPreference(
      DataProtocol first, DataProtocol second, DataProtocol preferred, int port) throws Exception {
    Offer offer = both(first, second);
    ReceivedOffer received =
        accept(offer.description().toString())
            .preferring(List.of(preferred, preferred == first ? second : first));
    assertThat(received.peer().getPort()).isEqualTo(port);
    assertThat(received.agreement().protocol()).isEqualTo(preferred);
    String answer = answer(received);
    assertThat(answer.lines().filter(line -> line.startsWith("m=")))
        .hasSize(2)
        .filteredOn(line -> !line.startsWith("m=application 0 "))
        .containsExactly("m=application 5000 " + preferred.sdpName() + " m2mx");
    Agreement settled = offer.settle(SessionDescription.parse(answer));
    assertThat(settled.protocol()).isEqualTo(preferred);
    assertThat(settled.peer()).isEqualTo(at("2001:db8::b", 5000));
  }

  @Test
  void refusesAnAnswerThatKeepsBothProtocols() throws Exception {
    Offer offer = both(DataProtocol.TCP_TLS, DataProtocol.UDP_DTLS);
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(
            () ->
                offer.settle(
                    SessionDescription.parse(
                        HEAD + STREAM + PRINT + STREAM.replace("TCP/TLS", "UDP/DTLS") + PRINT)))
        .withMessageContaining("keeps several m= lines");
  }

  @Test
  void refusesAProtocolThatItDoesNotAccept() throws Exception {
    ReceivedOffer received = accept(stream(new Origin(1, 1)).description().toString());
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> received.preferring(List.of(DataProtocol.UDP_DTLS)))
        .withMessageContaining("UDP/DTLS");
  }

  /** By an attribute of our own, which others neither know nor answer. */
  @Test
  void agreesOnAStreamThatGoesOnWhereBothWantIt() throws Exception {
    Offer offer = both(DataProtocol.TCP_TLS, DataProtocol.UDP_DTLS);
    String offered = offer.description().toString();
    assertThat(offer.description().media().get(0).lines()).contains("a=m2mx-resume:4194304");
    assertThat(offer.description().media().get(1).lines())
        .noneMatch(line -> line.startsWith("a=m2mx-resume"));
    ReceivedOffer received = accept(offered.replace("resume:4194304", "resume:65536"));
    assertThat(received.agreement().resumption()).isEqualTo(new Resumption(65_536));
    SessionDescription answer = SessionDescription.parse(answer(received));
    assertThat(offer.settle(answer).resumption()).isEqualTo(Resumption.OWN);
    ReceivedOffer plain = received.withoutResumption();
    assertThat(plain.agreement().resumption()).isNull();
    assertThat(answer(plain)).doesNotContain("m2mx-resume");
    assertThat(offer.settle(SessionDescription.parse(answer(plain))).resumption()).isNull();
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(
            () ->
                new Offer(
                        SessionDescription.parse(offered.replaceFirst("a=m2mx-resume:.*\r\n", "")))
                    .settle(answer))
        .withMessage("the answer takes up what was not offered: m2mx-resume:4194304");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":0", ":1023", ":1073741825", ":99999999999", ":-4096", ":4096 "})
  void refusesAWindowThatIsNone(String window) {
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> accept(HEAD + STREAM + "a=m2mx-resume" + window + "\r\n" + PRINT))
        .withMessage("a=m2mx-resume is not a number from 1024 to 1073741824");
  }

  /** RFC 8842: datagrams have a tls-id and no connection, and come from the port signalled. */
  @Test
  void describesDatagramsByTheirOwnAttributes() throws Exception {
    Offer offer = both(DataProtocol.UDP_DTLS, DataProtocol.TCP_TLS);
    assertThat(offer.description().media().get(0).lines())
        .contains("a=setup:actpass", "a=tls-id:offerer-1234567890ab", "a=fingerprint:" + ALICE)
        .noneMatch(line -> line.startsWith("a=connection"));
    ReceivedOffer passive =
        accept(
            HEAD
                + STREAM.replace("TCP/TLS", "UDP/DTLS")
                + "a=setup:passive\r\na=tls-id:theirs-1234567890abc\r\n"
                + PRINT);
    assertThat(answer(passive))
        .contains("m=application 5000 UDP/DTLS m2mx", "a=setup:active", "a=tls-id:answerer");
  }

  private static SessionDescription tunnel(Path folder, UnaryOperator<String> change)
      throws Exception {
    Device device = Device.open(folder, Clock.systemUTC());
    Map<DataProtocol, InetSocketAddress> end =
        Map.of(DataProtocol.IKE_ESP_UDPENCAP, at("2001:db8::a", 4500));
    Offer offer = Offer.of(new Origin(1, 1), end, device.credential(), TUNNEL, Resumption.OWN);
    return SessionDescription.parse(change.apply(offer.description().toString()));
  }

  /** RFC 6193, and a name and the certificate besides. */
  @Test
  void agreesOnATunnelByTheCertificateThatHasTheFingerprint(@TempDir Path folder) throws Exception {
    SessionDescription offer = tunnel(folder.resolve("a"), UnaryOperator.identity());
    assertThat(offer.toString())
        .contains("m=application 4500 udp ike-esp-udpencap\r\n", "a=ike-setup:actpass\r\n")
        .doesNotContain("a=setup");
    Device answerer = Device.open(folder.resolve("b"), Clock.systemUTC());
    ReceivedOffer received = ReceivedOffer.accept(offer, DataProtocol.ALL);
    Agreement here = received.agreement();
    assertThat(here.role()).isEqualTo(Setup.PASSIVE);
    assertThat(Fingerprint.of(here.tunnel().certificate()))
        .isEqualTo(here.peerFingerprints().get(0));
    SessionDescription answer =
        received.answer(new Origin(7, 1), at("2001:db8::b", 4500), answerer.credential(), null);
    Agreement there = new Offer(offer).settle(SessionDescription.parse(answer.toString()));
    assertThat(there.protocol()).isEqualTo(DataProtocol.IKE_ESP_UDPENCAP);
    assertThat(there.role()).isEqualTo(Setup.ACTIVE);
    assertThat(there.tunnel().certificate()).isEqualTo(answerer.certificate());
    assertThat(there.tunnel().name()).isEqualTo(here.tunnel().name()).isEqualTo(TUNNEL);
    assertThat(here.resumption()).isEqualTo(there.resumption()).isEqualTo(Resumption.OWN);
    SessionDescription plain =
        received
            .withoutResumption()
            .answer(new Origin(7, 1), at("2001:db8::b", 4500), answerer.credential(), null);
    assertThat(new Offer(offer).settle(plain).resumption()).isNull();
    String another = answer.toString().replace(TUNNEL, "another-" + TUNNEL);
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> new Offer(offer).settle(SessionDescription.parse(another)))
        .withMessage("the answer names another tunnel than the offer");
  }

  @Test
  void agreesOnNoTunnelWithoutThatCertificate(@TempDir Path folder) throws Exception {
    SessionDescription without =
        tunnel(folder.resolve("a"), text -> text.replaceFirst("a=m2mx-certificate:.*\r\n", ""));
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> ReceivedOffer.accept(without, DataProtocol.ALL))
        .withMessageContaining("no a=m2mx-certificate");
    SessionDescription others =
        tunnel(
            folder.resolve("a"),
            text -> text.replaceFirst("a=fingerprint:.*", "a=fingerprint:" + ALICE));
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> ReceivedOffer.accept(others, DataProtocol.ALL))
        .withMessageContaining("has not the fingerprint");
    SessionDescription garbage =
        tunnel(
            folder.resolve("a"),
            text -> text.replaceFirst("a=m2mx-certificate:.*", "a=m2mx-certificate:AAAA"));
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> ReceivedOffer.accept(garbage, DataProtocol.ALL))
        .withMessageContaining("does not hold a certificate");
    String authority =
        Base64.getEncoder()
            .encodeToString(Certificates.authority("root").certificate().getEncoded());
    SessionDescription trusted =
        tunnel(
            folder.resolve("a"),
            text -> text.replaceFirst("a=m2mx-certificate:.*", "a=m2mx-certificate:" + authority));
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> ReceivedOffer.accept(trusted, DataProtocol.ALL))
        .withMessageContaining("holds an authority's");
    for (String name : List.of("", "a=m2mx-tunnel:short\r\n", "a=m2mx-tunnel:" + "=".repeat(20))) {
      SessionDescription unnamed =
          tunnel(folder.resolve("a"), text -> text.replaceFirst("a=m2mx-tunnel:.*\r\n", name));
      assertThatExceptionOfType(SdpException.class)
          .isThrownBy(() -> ReceivedOffer.accept(unnamed, DataProtocol.ALL))
          .withMessageContaining("a=m2mx-tunnel");
    }
  }
}
