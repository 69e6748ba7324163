package org.m2mx.sipcontainer.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int MOST = 100_000;

  /** What was found, as text. */
  private static final class Found implements FrameReader.Sink {
    private final List<String> all = new ArrayList<>();

    @Override
    public void message(byte[] message) {
      all.add(new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void ping(byte[] payload) {
      all.add("ping " + new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void close(int code) {
      all.add("close " + code);
    }
  }

  private final Found found = new Found();
  private final FrameReader reader = new FrameReader(Role.SERVER, MOST, found);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer hex(String frame) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(frame.replace(" ", "")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, MOST})
  void readsWhatEitherSideWrites(int length) throws Exception {
    String message = "m".repeat(length);
    for (Role writer : Role.values()) {
      Found seen = new Found();
      Role other = writer == Role.CLIENT ? Role.SERVER : Role.CLIENT;
      new FrameReader(other, MOST, seen)
          .receive(ByteBuffer.wrap(writer.frame(Opcode.TEXT, bytes(message))));
      assertThat(seen.all).containsExactly(message);
    }
  }

  @Test
  void readsTheFramesOfTheRfc() throws Exception {
    // RFC 6455 section 5.7: masked, then in two pieces with a ping amid.
    reader.receive(hex("8185 37fa213d 7f9f4d5158"));
    reader.receive(hex("0183 00000000 48656c 8985 37fa213d 7f9f4d5158 8082 00000000 6c6f"));
    assertThat(found.all).containsExactly("Hello", "Hello", "ping Hello");
    assertThat(reader.heldBytes()).isZero();
  }

  /** One answer for all: else a peer has the server write a frame for every six bytes. */
  @Test
  void tellsOfTheLatestOfPingsThatComeTogether() throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (String payload : List.of("1", "2", "3")) {
      stream.writeBytes(Role.CLIENT.frame(Opcode.PING, bytes(payload)));
    }
    reader.receive(ByteBuffer.wrap(stream.toByteArray()));
    reader.receive(ByteBuffer.wrap(Role.CLIENT.frame(Opcode.PING, bytes("4"))));
    assertThat(found.all).containsExactly("ping 3", "ping 4");
  }

  @Test
  void takesBytesAsTheyCome() throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(Role.CLIENT.frame(Opcode.TEXT, bytes("one")));
    stream.writeBytes(Role.CLIENT.frame(Opcode.BINARY, bytes("2".repeat(300))));
    stream.writeBytes(Role.CLIENT.frame(Opcode.PONG, bytes("of nothing")));
    stream.writeBytes(Role.CLIENT.frame(Opcode.CLOSE, new byte[] {3, (byte) 0xe8}));
    stream.writeBytes(Role.CLIENT.frame(Opcode.TEXT, bytes("after the end")));
    for (byte b : stream.toByteArray()) {
      reader.receive(ByteBuffer.wrap(new byte[] {b}));
    }
    assertThat(found.all).containsExactly("one", "2".repeat(300), "close 1000");
  }

  @Test
  void tellsWhatItHoldsOfAMessage() throws Exception {
    reader.receive(hex("0183 00000000 48656c"));
    assertThat(reader.heldBytes()).isEqualTo(3);
    reader.receive(hex("8082 00000000 6c"));
    assertThat(reader.heldBytes()).isEqualTo(3 + 7);
  }

  @ParameterizedTest
  @CsvSource({
    "1002, 8105 48656c6c6f, without mask",
    "1002, c185 00000000 48656c6c6f, extension",
    "1002, 8385 00000000 48656c6c6f, opcode 3",
    "1002, 8085 00000000 48656c6c6f, continuation of no message",
    "1002, 0181 00000000 48 8181 00000000 48, within another",
    "1002, 0981 00000000 48, control frame in pieces",
    "1002, 89fe 0080 00000000, more than 125",
    "1002, 8881 00000000 03, half a status code",
    "1002, 8882 00000000 03ed, status code 1005",
    "1007, 8182 00000000 c328, not UTF-8",
    "1009, 82ff 00000000000186a1 00000000, larger than 100000 bytes",
    "1009, 82ff 8000000000000000 00000000, larger than 100000 bytes",
  })
  void refusesWhatBreaksTheProtocol(int code, String frames, String reason) {
    assertThatThrownBy(() -> reader.receive(hex(frames)))
        .isInstanceOfSatisfying(WebSocketException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(reason);
  }

  @Test
  void piecesTogetherMayNotBeLargerThanAMessage() throws Exception {
    byte[] half = Role.CLIENT.frame(Opcode.BINARY, new byte[MOST / 2 + 1]);
    half[0] &= 0x7f;
    byte[] otherHalf = Arrays.copyOf(half, half.length);
    otherHalf[0] = 0;
    reader.receive(ByteBuffer.wrap(half));
    assertThatThrownBy(() -> reader.receive(ByteBuffer.wrap(otherHalf)))
        .isInstanceOfSatisfying(
            WebSocketException.class, e -> assertThat(e.code()).isEqualTo(1009));
  }
}
