package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.octets.PieceOutput;

/** What becomes of a write that is several packets when its channel breaks in its midst. */
class FollowingPacketsTest {
  private final List<String> arrived = new ArrayList<>();

  /** Carries so many packets of up to three octets, and breaks. */
  private DataChannel channel(int packets) {
    OutputStream output =
        new PieceOutput() {
          private int left = packets;

          @Override
          public void write(byte[] buffer, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += 3) {
              if (left-- == 0) {
                throw new IOException("moved");
              }
              arrived.add(
                  new String(
                      buffer, offset + done, Math.min(3, length - done), StandardCharsets.UTF_8));
            }
          }
        };
    return (DataChannel)
        Proxy.newProxyInstance(
            DataChannel.class.getClassLoader(),
            new Class<?>[] {DataChannel.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "packetLimit" -> OptionalInt.of(3);
                  case "output" -> output;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static FollowingPackets.Channels channels(DataChannel... all) {
    Iterator<DataChannel> rest = List.of(all).iterator();
    return new FollowingPackets.Channels() {
      private DataChannel latest = rest.next();

      @Override
      public DataChannel latest() {
        return latest;
      }

      @Override
      public Optional<DataChannel> after(DataChannel before) {
        if (!rest.hasNext()) {
          return Optional.empty();
        }
        latest = rest.next();
        return Optional.of(latest);
      }
    };
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void sendsNoPacketTwice() throws Exception {
    OutputStream output = FollowingPackets.output(channels(channel(2), channel(1), channel(100)));
    output.write(text("abcdefghij"));
    output.write(text("kl"));
    assertThat(arrived).containsExactly("abc", "def", "ghi", "j", "kl");
  }

  @Test
  void failsWhereNoChannelFollows() {
    OutputStream output = FollowingPackets.output(channels(channel(1)));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> output.write(text("abcdef")))
        .withMessage("moved");
    assertThat(arrived).containsExactly("abc");
  }
}
