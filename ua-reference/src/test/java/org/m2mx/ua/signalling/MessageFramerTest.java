package org.m2mx.ua.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageFramerTest {
  private static MessageFramer framer(String text) {
    return new MessageFramer(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static String next(MessageFramer framer) throws IOException {
    return new String(framer.next(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void cutsMessagesAndCrlf() throws Exception {
    String first = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello";
    String second = "SIP/2.0 200 OK\r\nl:0\r\n\r\n";
    MessageFramer framer = framer(first + "\r\n" + second + "\r\n\r\n" + first);
    assertThat(next(framer)).isEqualTo(first);
    assertThat(framer.next()).isSameAs(MessageFramer.CRLF);
    assertThat(next(framer)).isEqualTo(second);
    assertThat(framer.next()).isSameAs(MessageFramer.CRLF);
    assertThat(framer.next()).isSameAs(MessageFramer.CRLF);
    assertThat(next(framer)).isEqualTo(first);
    assertThatExceptionOfType(EOFException.class).isThrownBy(framer::next);
  }

  @Test
  void findsTheEndOfTheHeadWhateverPrecedesIt() throws Exception {
    String odd = "A b SIP/2.0\r\nX: \r\r\nY: z\n\r\nContent-Length : 2\r\n\r\n\r\n";
    assertThat(next(framer(odd))).isEqualTo(odd);
  }

  @Test
  void refusesWhatItCannotCut() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> framer("A b SIP/2.0\r\nX: y\r\n\r\n").next())
        .withMessageContaining("without Content-Length");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> framer("A b SIP/2.0\r\nContent-Length: 999999\r\n\r\n").next())
        .withMessageContaining("256 KiB");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> framer("x".repeat(70_000)).next())
        .withMessageContaining("64 KiB");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> framer("\rx").next())
        .withMessageContaining("carriage return");
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> framer("A b SIP/2.0\r\nContent-Length: 9\r\n\r\nshort").next())
        .withMessageContaining("within a message");
  }
}
