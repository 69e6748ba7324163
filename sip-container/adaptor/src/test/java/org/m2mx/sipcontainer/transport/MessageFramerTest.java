package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFramerTest {
  private static final String FIRST =
      "MESSAGE sip:a SIP/2.0\r\nContent-Length: 7\r\nX: y\r\n\r\n\r\n\r\nabc";
  private static final String SECOND = "BYE sip:a SIP/2.0\r\nl : 0\r\n\r\n";

  private final List<String> found = new ArrayList<>();
  private final MessageFramer framer =
      new MessageFramer(
          200,
          new MessageFramer.Sink() {
            @Override
            public void message(byte[] message) {
              found.add(new String(message, StandardCharsets.UTF_8));
            }

            @Override
            public void pings(int count) {
              found.add("ping" + (count > 1 ? " " + count : ""));
            }
          });

  private void receive(String text) throws IOException {
    framer.receive(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void findsMessagesThatComeTogether() throws IOException {
    receive(FIRST + SECOND);
    assertThat(found).containsExactly(FIRST, SECOND);
  }

  @Test
  void findsMessagesThatComeByteByByte() throws IOException {
    for (char c : (FIRST + "\r\n\r\n" + SECOND + "\r\n" + FIRST).toCharArray()) {
      receive(String.valueOf(c));
    }
    assertThat(found).containsExactly(FIRST, "ping", SECOND, FIRST);
  }

  @Test
  void tellsPingsFromPaddingAndFromBodies() throws IOException {
    receive("\r\n");
    assertThat(found).isEmpty();
    receive("\r\n" + FIRST);
    assertThat(found).containsExactly("ping", FIRST);
  }

  /** One answer for all: else a peer has the server write a record for every four bytes. */
  @Test
  void takesPingsThatComeTogetherAtOnce() throws IOException {
    receive("\r\n".repeat(7));
    receive("\r\n" + SECOND);
    assertThat(found).containsExactly("ping 3", "ping", SECOND);
  }

  /** Å is C3 85 in UTF-8, and 85 as ISO 8859-1 ends a line for some. */
  @Test
  void takesNoTextForAContentLength() throws IOException {
    receive("BYE sip:a SIP/2.0\r\nSubject: Ål: 5\r\nContent-Length: 0\r\n\r\n");
    assertThat(found).hasSize(1);
  }

  @Test
  void readsAFoldedContentLength() throws IOException {
    receive("BYE sip:a SIP/2.0\r\nContent-Length:\r\n  0\r\n\r\n");
    assertThat(found).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BYE sip:a SIP/2.0\r\nX: y\r\n\r\n",
        "BYE sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        "BYE sip:a SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n",
        "BYE sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
        "BYE sip:a SIP/2.0\r\nContent-Length: 190\r\n\r\n"
      })
  void givesUpAStreamItCannotCut(String text) {
    assertThatThrownBy(() -> receive(text)).isInstanceOf(IOException.class);
    assertThat(found).isEmpty();
  }

  @Test
  void doesNotCollectAHeaderWithoutEnd() {
    assertThatThrownBy(() -> receive("BYE sip:a SIP/2.0\r\nX: " + "y".repeat(300)))
        .hasMessageContaining("larger than 200");
  }
}
