package org.m2mx.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.bench.BenchException;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.resume.ResumableChannel;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Resumption;
import org.m2mx.ua.sdp.Setup;
import org.m2mx.ua.sdp.TunnelTerms;

/**
 * One end of data channels, a process of its own as it is in the field. Lines of standard input say
 * what to do: {@code listen PROTOCOL} is answered by {@code at PORT}, then {@code send ADDRESS PORT
 * CERTIFICATE TUNNEL BYTES} or {@code receive ADDRESS PORT CERTIFICATE TUNNEL} by {@code done BYTES
 * NANOS}, and by a receiver also what it took from the begin of the handshake to the first byte,
 * nanoseconds too. Who sends is active; with {@code swapped-} before it, who receives is. The other
 * says {@code ready} before, and only then may the active one be told. With {@code resumable-}
 * before it, the channel carries a stream that could go on by another.
 */
final class DataEnd {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int BUFFER = 64 * 1024;

  /** What a receiver of packets may still have before it when the sender is done. */
  private static final long DRAIN_MILLIS = 300;

  private final Device device;
  private final InetAddress address;
  private final Charon charon;
  private DataEndpoint endpoint;

  private DataEnd(Device device, InetAddress address, Charon charon) {
    this.device = device;
    this.address = address;
    this.charon = charon;
  }

  /**
   * Serves until the end of standard input.
   *
   * @param arguments the folder of the device, this end's address, the socket of its IKE daemon
   */
  public static void main(String[] arguments)
      throws IOException, UserAgentException, CertificateException, InterruptedException {
    DataEnd end =
        new DataEnd(
            Device.open(Path.of(arguments[0]), Clock.systemUTC()),
            InetAddress.getByName(arguments[1]),
            new Charon(Path.of(arguments[2])));
    say(Base64.getEncoder().encodeToString(end.device.certificate().getEncoded()));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      say(end.answer(line.split(" ")));
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private String answer(String[] words)
      throws IOException, UserAgentException, CertificateException, InterruptedException {
    if (words[0].equals("listen")) {
      endpoint = DataEndpoint.listen(DataProtocol.valueOf(words[1]), device, charon, address);
      return "at " + endpoint.address().getPort();
    }
    boolean sends = words[0].endsWith("send");
    boolean active = sends != words[0].startsWith("swapped-");
    boolean resumable = words[0].startsWith("resumable-");
    X509Certificate peer =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(Base64.getDecoder().decode(words[3])));
    Agreement agreement =
        new Agreement(
            endpoint.protocol(),
            active ? Setup.ACTIVE : Setup.PASSIVE,
            new InetSocketAddress(InetAddress.getByName(words[1]), Integer.parseInt(words[2])),
            List.of(Fingerprint.of(peer)),
            new TunnelTerms(words[4], peer));
    if (!active) {
      // As before the answer of a call: the caller comes at once.
      endpoint.prepare(agreement);
      say("ready");
    }
    long begun = System.nanoTime();
    try (DataEndpoint opening = endpoint;
        DataChannel channel = channel(opening.open(agreement, LIMIT), resumable)) {
      return sends ? send(channel, Long.parseLong(words[5])) : receive(channel, begun);
    }
  }

  private static DataChannel channel(DataChannel opened, boolean resumable) {
    if (!resumable) {
      return opened;
    }
    ResumableChannel stream = new ResumableChannel(opened, Resumption.OWN.window(), LIMIT);
    // There is no other: whoever still has something to send or to read is told by that.
    stream.begin(loss -> stream.sessionEnded());
    return stream;
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
    } else if (channel.isResumable()) {
      if (!channel.awaitTaken(LIMIT, DataChannel.LONGEST_WAIT)) {
        throw new BenchException("the receiver takes nothing more");
      }
    } else {
      channel.input().transferTo(OutputStream.nullOutputStream());
    }
    return "done " + bytes + " " + nanos;
  }

  private static String receive(DataChannel channel, long begun) throws IOException {
    InputStream in = channel.input();
    byte[] buffer = new byte[BUFFER];
    long bytes = in.read(buffer);
    long start = System.nanoTime();
    long last = start;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      bytes += n;
      last = System.nanoTime();
    }
    return "done " + bytes + " " + (last - start) + " " + (start - begun);
  }
}
