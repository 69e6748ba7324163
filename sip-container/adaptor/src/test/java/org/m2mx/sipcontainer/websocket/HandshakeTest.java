package org.m2mx.sipcontainer.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final String PAGE = "https://phone.example.org";

  /** The example of RFC 6455 section 1.3, for SIP. */
  private static final String REQUEST =
      """
      GET /chat HTTP/1.1
      Host: server.example.com
      Upgrade: websocket
      Connection: keep-alive, Upgrade
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Origin: https://phone.example.org
      Sec-WebSocket-Protocol: chat, sip
      Sec-WebSocket-Version: 13

      """
          .replace("\n", "\r\n");

  private static String accept(String request) throws HandshakeException {
    return new String(Handshake.accept(request, Set.of(PAGE)), StandardCharsets.US_ASCII);
  }

  @Test
  void answersAsTheRfcSays() throws Exception {
    assertThat(accept(REQUEST))
        .startsWith("HTTP/1.1 101 ")
        .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .contains("\r\nSec-WebSocket-Protocol: sip\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /chat                    | GET                            | 400 Bad Request
          GET                          | POST                           | 405 Method Not Allowed
          HTTP/1.1                     | HTTP/1.0                       | 505 HTTP Version
          Host: server.example.com     | X: y                           | 400 Bad Request
          Upgrade: websocket           | Upgrade: h2c                   | 426 Upgrade Required
          keep-alive, Upgrade          | close                          | 426 Upgrade Required
          Version: 13                  | Version: 8                     | 426 Upgrade Required
          dGhlIHNhbXBsZSBub25jZQ==     | dGhl                           | 400 Bad Request
          dGhlIHNhbXBsZSBub25jZQ==     | not Base64                     | 400 Bad Request
          chat, sip                    | chat, xmpp                     | 400 Bad Request
          https://phone.example.org    | https://elsewhere.example.org  | 403 Forbidden
          Origin: https                | Origin: null                   | 403 Forbidden
          Host:                        | Host                           | 400 Bad Request
          """)
  void refusesTheRest(String part, String other, String status) {
    assertThat(REQUEST).contains(part);
    assertThatThrownBy(() -> accept(REQUEST.replace(part, other)))
        .isInstanceOfSatisfying(
            HandshakeException.class,
            e ->
                assertThat(new String(e.answer(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 " + status)
                    .contains("\r\nContent-Length: ")
                    .endsWith("\r\n\r\n" + e.getMessage() + "\n"));
  }

  @Test
  void whoNamesNoOriginIsNoBrowser() throws Exception {
    assertThat(accept(REQUEST.replace("Origin: ", "X-Origin: "))).startsWith("HTTP/1.1 101 ");
    assertThat(Handshake.accept(REQUEST, Set.of("*"))).isNotEmpty();
  }

  @Test
  void bothSidesUnderstandEachOther() {
    String key = Handshake.newKey();
    String request = text(Handshake.request("[2001:db8::1]:443", key));
    assertThatCode(() -> Handshake.confirm(text(Handshake.accept(request, Set.of())), key))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"101 Switching", "Accept: ", "Protocol: sip", "Upgrade: websocket"})
  void aClientTakesNoOtherAnswer(String part) throws Exception {
    String key = Handshake.newKey();
    String answer = text(Handshake.accept(text(Handshake.request("host", key)), Set.of()));
    assertThat(answer).contains(part);
    assertThatThrownBy(() -> Handshake.confirm(answer.replace(part, "X: x"), key))
        .isInstanceOf(HandshakeException.class);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
