package org.m2mx.ua.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and writing session descriptions. */
class SdpTest {
  /** RFC 8866 section 5. */
  private static final String RFC_8866 =
      String.join(
          "\r\n",
          "v=0",
          "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1",
          "s=Call to John Smith",
          "i=SDP Offer #1",
          "u=http://www.jdoe.example.com/home.html",
          "e=Jane Doe <jane@jdoe.example.com>",
          "p=+1 617 555-6011",
          "c=IN IP4 198.51.100.1",
          "t=0 0",
          "m=audio 49170 RTP/AVP 0",
          "m=audio 49180 RTP/AVP 0",
          "m=video 51372 RTP/AVP 99",
          "c=IN IP6 2001:db8::2",
          "a=rtpmap:99 h263-1998/90000",
          "");

  /** RFC 8122 section 3.4, figure 1, but for its media type. */
  private static final String RFC_8122 =
      String.join(
          "\r\n",
          "v=0",
          "o=jane 3724395 3724395 IN IP4 192.0.2.2",
          "s=-",
          "c=IN IP4 192.0.2.2",
          "t=0 0",
          "m=application 54111 TCP/TLS m2mx",
          "a=setup:passive",
          "a=connection:new",
          "a=fingerprint:SHA-256"
              + " 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E"
              + ":5D:49:6B:19:E5:7C:AB:4A:AD",
          "a=fingerprint:SHA-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
          "");

  @Test
  void readsTheExampleOfRfc8866() throws Exception {
    SessionDescription description = SessionDescription.parse(RFC_8866);
    assertThat(description.media()).hasSize(3);
    MediaDescription video = description.media().get(2);
    assertThat(video.port()).isEqualTo(51372);
    assertThat(video.attributes()).containsExactly(new Attribute("rtpmap", "99 h263-1998/90000"));
    assertThat(description.connectionOf(video)).hasToString("IN IP6 2001:db8::2");
    assertThat(description.connectionOf(description.media().get(0)))
        .hasToString("IN IP4 198.51.100.1");
  }

  @Test
  void readsTheExampleOfRfc8122() throws Exception {
    SessionDescription description = SessionDescription.parse(RFC_8122);
    DataMedia media =
        DataMedia.read(description, description.media().get(0), DataProtocol.TCP_TLS, Setup.ACTIVE);
    assertThat(media.setup()).isEqualTo(Setup.PASSIVE);
    assertThat(media.address().getPort()).isEqualTo(54111);
    assertThat(media.fingerprints())
        .extracting(Fingerprint::hash)
        .containsExactly("SHA-256", "SHA-1");
  }

  @Test
  void writesWhatItCanRead() throws Exception {
    for (String text : List.of(RFC_8866, RFC_8122)) {
      SessionDescription read = SessionDescription.parse(text);
      assertThat(SessionDescription.parse(read.toString())).isEqualTo(read);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=0",
        "v=1\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n",
        "v=0\r\no=- x 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 example.org\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 224.2.1.1/127\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 224.2.1.1\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 ::1\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=application 65536 TCP/TLS x\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=application 1 TCP/TLS\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nx=unknown\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\na=\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n\r\nm=a 1 b c\r\n",
      })
  void refusesWhatBreaksTheGrammar(String text) {
    assertThatExceptionOfType(SdpException.class)
        .isThrownBy(() -> SessionDescription.parse(text))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("\n"));
  }

  /** Whatever comes over the wire, the answer is a description or an {@link SdpException}. */
  @Test
  void neverFailsInAnotherWay() {
    Random random = new Random(4711);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? RFC_8122 : RFC_8866);
      for (int mutation = random.nextInt(4); mutation >= 0; mutation--) {
        int place = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(place, (char) random.nextInt(256));
          case 1 -> text.deleteCharAt(place);
          case 2 -> text.insert(place, "\r\n=: /09azAZ\u00e9".charAt(random.nextInt(13)));
          default -> text.insert(place, text.substring(place, text.length()));
        }
      }
      try {
        SessionDescription description = SessionDescription.parse(text.toString());
        assertThat(SessionDescription.parse(description.toString())).isEqualTo(description);
        ReceivedOffer.accept(description, DataProtocol.ALL);
        read++;
      } catch (SdpException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).as("some mutations must be harmless").isPositive();
  }
}
