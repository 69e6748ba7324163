package org.m2mx.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.SdpException;
import org.m2mx.ua.sdp.Setup;

/**
 * One end of data channels, a process of its own as it is in the field. Lines of standard input say
 * what to do: {@code listen PROTOCOL} is answered by {@code at PORT}, then {@code send PORT
 * FINGERPRINT BYTES} or {@code receive PORT FINGERPRINT} by {@code done BYTES NANOS}.
 */
final class DataEnd {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int BUFFER = 64 * 1024;

  /** What a receiver of packets may still have before it when the sender is done. */
  private static final long DRAIN_MILLIS = 300;

  private final Device device;
  private DataEndpoint endpoint;

  private DataEnd(Device device) {
    this.device = device;
  }

  /**
   * Serves until the end of standard input.
   *
   * @param arguments the folder of the device
   */
  public static void main(String[] arguments)
      throws IOException, UserAgentException, SdpException, InterruptedException {
    DataEnd end = new DataEnd(Device.open(Path.of(arguments[0]), Clock.systemUTC()));
    System.out.println(end.device.fingerprint().hex());
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(end.answer(line.split(" ")));
      System.out.flush();
    }
  }

  private String answer(String[] words)
      throws IOException, UserAgentException, SdpException, InterruptedException {
    if (words[0].equals("listen")) {
      endpoint =
          DataEndpoint.listen(
              DataProtocol.valueOf(words[1]), device, InetAddress.getLoopbackAddress());
      return "at " + endpoint.address().getPort();
    }
    boolean sends = words[0].equals("send");
    Agreement agreement =
        new Agreement(
            endpoint.protocol(),
            sends ? Setup.ACTIVE : Setup.PASSIVE,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[1])),
            List.of(Fingerprint.parse(Fingerprint.SHA_256 + " " + words[2])));
    try (DataEndpoint opening = endpoint;
        DataChannel channel = opening.open(agreement, LIMIT)) {
      return sends ? send(channel, Long.parseLong(words[3])) : receive(channel);
    }
  }

  private static String send(DataChannel channel, long bytes)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[channel.packetLimit().orElse(BUFFER)];
    OutputStream out = channel.output();
    long start = System.nanoTime();
    for (long left = bytes; left > 0; left -= buffer.length) {
      out.write(buffer, 0, (int) Math.min(left, buffer.length));
    }
    channel.endOutput();
    long nanos = System.nanoTime() - start;
    if (channel.packetLimit().isPresent()) {
      TimeUnit.MILLISECONDS.sleep(DRAIN_MILLIS);
    } else {
      channel.input().transferTo(OutputStream.nullOutputStream());
    }
    return "done " + bytes + " " + nanos;
  }

  private static String receive(DataChannel channel) throws IOException {
    InputStream in = channel.input();
    byte[] buffer = new byte[BUFFER];
    long bytes = in.read(buffer);
    long start = System.nanoTime();
    long last = start;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      bytes += n;
      last = System.nanoTime();
    }
    return "done " + bytes + " " + (last - start);
  }
}
