package org.m2mx.tests.homes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Setup;
import org.m2mx.ua.sdp.TunnelTerms;
import org.m2mx.ua.testing.RunningCommand;

/**
 * A device's ends of several tunnels with one peer, without a server that they would be settled by.
 * Its first line is its certificate; lines of standard input say what to do: {@code peer
 * CERTIFICATE}, {@code open TUNNEL ROLE}, {@code say TUNNEL WORDS}, {@code close TUNNEL}. What is
 * heard and done is told a line each.
 */
final class TunnelEnds {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String CERTIFICATE = "certificate ";

  private final Device device;
  private final InetAddress address;
  private final Charon charon;
  private final InetAddress peer;
  private final Map<String, DataChannel> channels = new ConcurrentHashMap<>();
  private X509Certificate peerCertificate;

  private TunnelEnds(String[] arguments) throws IOException, UserAgentException {
    device = Device.open(Path.of(arguments[0]), Clock.systemUTC());
    address = InetAddress.getByName(arguments[1]);
    charon = new Charon(Path.of(arguments[2]));
    peer = InetAddress.getByName(arguments[3]);
  }

  /** Returns what such a program says its certificate is. */
  static String certificate(RunningCommand ends) throws IOException, InterruptedException {
    ends.awaitProgress("ready");
    return ends.stdout()
        .lines()
        .filter(line -> line.startsWith(CERTIFICATE))
        .findFirst()
        .orElseThrow()
        .substring(CERTIFICATE.length());
  }

  public static void main(String[] arguments) throws Exception {
    TunnelEnds ends = new TunnelEnds(arguments);
    Runtime.getRuntime().addShutdownHook(new Thread(ends.charon::endAll));
    System.out.println(
        CERTIFICATE + Base64.getEncoder().encodeToString(ends.device.certificate().getEncoded()));
    System.out.println("ready");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ends.obey(line.split(" ", 3));
    }
  }

  private void obey(String[] order) throws Exception {
    switch (order[0]) {
      case "peer" ->
          peerCertificate =
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(
                          new ByteArrayInputStream(Base64.getDecoder().decode(order[1])));
      case "open" -> {
        Setup role = order[2].equals("active") ? Setup.ACTIVE : Setup.PASSIVE;
        new Thread(() -> open(order[1], role)).start();
      }
      case "say" -> channels.get(order[1]).output().write((order[2] + "\n").getBytes(UTF_8));
      case "close" -> {
        channels.get(order[1]).close();
        System.out.println(order[1] + " is closed");
      }
      default -> throw new IllegalArgumentException(order[0]);
    }
  }

  private void open(String name, Setup role) {
    Agreement agreement =
        new Agreement(
            DataProtocol.IKE_ESP_UDPENCAP,
            role,
            new InetSocketAddress(peer, Charon.PORT),
            List.of(Fingerprint.of(peerCertificate)),
            new TunnelTerms("tunnel-of-a-test-" + name, peerCertificate));
    try (DataEndpoint endpoint =
        DataEndpoint.listen(DataProtocol.IKE_ESP_UDPENCAP, device, charon, address)) {
      DataChannel channel = endpoint.open(agreement, LIMIT);
      channels.put(name, channel);
      System.out.println(name + " is open");
      hear(name, channel);
    } catch (UserAgentException e) {
      System.out.println(name + " has failed: " + e);
      System.exit(1);
    }
  }

  private static void hear(String name, DataChannel channel) {
    try {
      BufferedReader heard = new BufferedReader(new InputStreamReader(channel.input(), UTF_8));
      for (String line = heard.readLine(); line != null; line = heard.readLine()) {
        System.out.println(name + " hears " + line);
      }
      System.out.println(name + " has ended");
    } catch (IOException e) {
      System.out.println(name + " has ended: " + e.getMessage());
    }
  }
}
