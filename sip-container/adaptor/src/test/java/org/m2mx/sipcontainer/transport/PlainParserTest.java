package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.ParserFactory;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainParserTest {
  private static final Path RFC_4475 = Path.of("src", "test", "resources", "rfc4475");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK-a-1;rport",
        "Via: SIP/2.0/TLS [2001:db8::1]:5061;Branch=z9hG4bKx;received=2001:db8::2;RPORT=40000",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1,SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK2",
        "v:SIP/2.0/TCP host.example;branch=z9hG4bK.~!*_x",
        "From: <sip:alice@example.org>;tag=88sja8x",
        "f: <sips:alice@example.org:5061;transport=tcp;lr>;tag=1;Other;third=x",
        "To: <sip:example.org>",
        "t:  <sip:+49-30(1)~x@[2001:db8::1]>;tag=a.b",
        "Contact: <sip:alice@192.0.2.1:40000;ob>;q=0.5;Expires=60;reg-id=1",
        "Contact: <sip:a@example.org>;q=1, <sip:b@example.org>",
        "Route: <sip:192.0.2.1;lr>,<sip:[2001:db8::1]:5061;lr>",
        "m: <sip:alice@192.0.2.1;gr=urn:uuid:f81d4fae-7dec>",
        "Route: <sip:127.0.0.1:5060;transport=udp;lr;app_id=a-b;proxy=true>",
        "Record-Route: <sip:[::1]:5061;transport=tls;lr;Name=[x]/y:z&+$>",
        "Call-ID: f81d4fae-7dec@192.0.2.1",
        "i: 1",
        "CSeq: 4711 INVITE",
        "CSeq: 0 PING",
        "Max-Forwards: 70",
        "Expires: 3600",
        "Content-Length: 0",
        "l: 12",
        "Content-Type: application/sdp",
        "c: text/plain"
      })
  void whatIsPlainIsReadAsTheStackReadsIt(String line) throws ParseException {
    SIPHeader header = PlainParser.header(line);
    SIPHeader asTheStack = ParserFactory.createParser(line + "\n").parse();
    assertThat(header).isNotNull().usingRecursiveComparison().isEqualTo(asTheStack);
    assertThat(header.encode()).isEqualTo(asTheStack.encode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.2 ;branch=z9hG4bK2",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1,",
        "Via: SIP / 2.0 / UDP 192.0.2.1;branch=z9hG4bK1",
        "Via: SIP/2.0/UDP 192.0.2.1;branch",
        "Via: SIP/2.0/UDP 192.0.2.1:;branch=z9hG4bK1",
        "Via: SIP/2.0/UDP 192.0.2.1 (comment)",
        "From: Alice <sip:alice@example.org>;tag=1",
        "From: \"Alice\" <sip:alice@example.org>;tag=1",
        "From: sip:alice@example.org;tag=1",
        "From: <sip:alice@example.org> ;tag=1",
        "From: <sip:alice@example.org>;tag=\"1\"",
        "From: <sip:alice@example.org>;tag=1x y",
        "From: <sip:al%69ce@example.org>;tag=1",
        "From: <sip:alice:secret@example.org>;tag=1",
        "From: <SIP:alice@example.org>;tag=1",
        "From: <tel:+4930>;tag=1",
        "From: <sip:alice@example.org?subject=x>",
        "From: <sip:alice@exämple.org>",
        "From: <sip:alice@example.org",
        "Contact: *",
        "Contact: <sip:a@example.org>,sip:b@example.org",
        "CSeq: 9999999999 INVITE",
        "CSeq: x INVITE",
        "CSeq: 1",
        "Max-Forwards: 300",
        "Max-Forwards: -1",
        "Content-Length: 9999999999",
        "Content-Type: application/sdp;charset=utf-8",
        "MAX-FORWARDS: 70",
        "Call-ID : 1",
        "Call-ID:",
        "User-Agent: x",
        "no header"
      })
  void whatIsNotPlainIsLeftToTheStack(String line) {
    assertThat(PlainParser.header(line)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INVITE sip:bob@example.org SIP/2.0",
        "REGISTER sip:[2001:db8::1]:5061;transport=tls SIP/2.0",
        "SIP/2.0 200 OK",
        "SIP/2.0 183 ",
        "SIP/2.0 404 Nicht da, tut mir leid"
      })
  void plainFirstLinesAreReadAsTheStackReadsThem(String line) throws ParseException {
    SIPMessage message =
        line.startsWith("SIP") ? PlainParser.response(line) : PlainParser.request(line);
    assertThat(message.getFirstLine())
        .isEqualTo(parsed(new StringMsgParser(), line).getFirstLine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INVITE tel:+4930 SIP/2.0",
        "INVITE sip:bob@example.org  SIP/2.0",
        "INVITE sip:bob@example.org SIP/3.0",
        "INVITE <sip:bob@example.org> SIP/2.0",
        "INVITE sip:bob@example.org?subject=x SIP/2.0"
      })
  void otherRequestLinesAreLeftToTheStack(String line) {
    assertThat(PlainParser.request(line)).isNull();
  }

  @Test
  void otherStatusLinesAreLeftToTheStack() {
    assertThat(PlainParser.response("SIP/2.0 20 OK")).isNull();
    assertThat(PlainParser.response("SIP/2.0 200")).isNull();
    assertThat(PlainParser.response("SIP/2.0  200 OK")).isNull();
  }

  static Stream<Path> tortures() throws IOException {
    return Files.list(RFC_4475).filter(file -> file.toString().endsWith(".dat"));
  }

  /** RFC 4475. */
  @ParameterizedTest
  @MethodSource("tortures")
  void tormentIsFeltAsTheStackFeelsIt(Path message) throws IOException {
    byte[] bytes = Files.readAllBytes(message);
    assertThat(outcome(new PlainParser(), bytes)).isEqualTo(outcome(new StringMsgParser(), bytes));
  }

  private static String outcome(StringMsgParser parser, byte[] bytes) {
    try {
      return parser.parseSIPMessage(bytes, true, false, null).toString();
    } catch (ParseException | RuntimeException e) {
      return e.getClass().getName();
    }
  }

  private static SIPMessage parsed(StringMsgParser parser, String line) throws ParseException {
    return parser.parseSIPMessage(
        (line + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.UTF_8),
        true,
        false,
        null);
  }
}
