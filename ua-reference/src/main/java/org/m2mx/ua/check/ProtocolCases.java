package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;
import static org.m2mx.ua.check.CheckCase.requireStatus;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoints;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.Credential;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Offer;
import org.m2mx.ua.sdp.Origin;

/**
 * What is asked of a device beyond streams, as far as it speaks that: packets, tunnels, and a
 * choice.
 */
final class ProtocolCases {
  /** Packets may be lost: another one is sent until one has come back. */
  private static final Duration BETWEEN_PACKETS = Duration.ofMillis(200);

  private static final List<Integer> NO_COMMON_PROTOCOL = List.of(415, 488, 606);

  private ProtocolCases() {}

  private static Credential credential(Bench bench) {
    return bench.participants().ownDevice().credential();
  }

  /** The right certificate, announced by another fingerprint. */
  static Credential wrong(Bench bench) {
    Credential right = credential(bench);
    return new Credential(
        new Fingerprint("SHA-256", DeviceCases.wrong(right.fingerprint().hex())),
        right.certificate());
  }

  private static String offer(DataEndpoints endpoints, Credential credential) {
    return Offer.of(
            Origin.random(new Random()), endpoints.addresses(), credential, Party.token(), null)
        .description()
        .toString();
  }

  /** Calls with an offer of some protocols; a device that speaks none of them is not asked more. */
  private static DeviceCall call(Bench bench, List<DataProtocol> protocols, Credential credential)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    DataEndpoints endpoints = DeviceCall.listen(bench, own, protocols);
    String offer = offer(endpoints, credential);
    Party.Draft invite = own.invite(DeviceCall.device(bench), offer);
    SipText response = own.authorized(invite);
    if (NO_COMMON_PROTOCOL.contains(response.status())) {
      throw new CheckSkipped("the device does not take " + protocols);
    }
    return DeviceCall.begun(bench, own, endpoints, offer, invite, response);
  }

  static void oneLineKept(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench, DataProtocol.USUAL, credential(bench));
    call.agreement();
    call.hangUp();
  }

  static void packets(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench, List.of(DataProtocol.UDP_DTLS), credential(bench));
    try (DataChannel channel = call.open()) {
      bench.within(channel, () -> echo(channel));
    }
    call.hangUp();
  }

  private static void echo(DataChannel channel) throws CheckFailure, IOException {
    byte[] packet = new byte[channel.packetLimit().orElseThrow()];
    new Random().nextBytes(packet);
    Thread sender = new Thread(() -> send(channel, packet), "check-packets");
    sender.setDaemon(true);
    sender.start();
    byte[] back = new byte[packet.length + 1];
    int length = channel.input().read(back);
    sender.interrupt();
    require(length >= 0, "the device has ended the channel");
    require(
        Arrays.equals(packet, Arrays.copyOf(back, length)),
        "not the packet that was sent came back");
  }

  /** Until it is interrupted, or the channel has ended. */
  private static void send(DataChannel channel, byte[] packet) {
    try {
      while (true) {
        channel.output().write(packet);
        TimeUnit.NANOSECONDS.sleep(BETWEEN_PACKETS.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.getLogger(ProtocolCases.class.getName())
          .log(System.Logger.Level.DEBUG, "No more packets: {0}", e.getMessage());
    }
  }

  static void packetsMismatch(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    call(bench, List.of(DataProtocol.UDP_DTLS), wrong(bench)).requireNothingFlows();
  }

  static void tunnel(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Charon charon = bench.participants().charon();
    try {
      charon.check();
    } catch (IOException e) {
      throw new CheckSkipped("no tunnel can be had from this machine: " + e.getMessage());
    }
    charon.tidy(bench.participants().ownDevice().privateKey());
    DeviceCall call = call(bench, List.of(DataProtocol.IKE_ESP_UDPENCAP), credential(bench));
    try (DataChannel channel = call.open()) {
      call.echo(channel);
    }
    call.hangUp();
  }

  /** Takes no daemon, since it is not to come so far. */
  static void tunnelCertificate(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    String offer =
        Offer.of(
                Origin.random(new Random()),
                Map.of(DataProtocol.IKE_ESP_UDPENCAP, own.flow().local()),
                wrong(bench),
                Party.token(),
                null)
            .description()
            .toString();
    requireStatus(own.authorized(own.invite(DeviceCall.device(bench), offer)), 488, 606);
  }
}
