package org.m2mx.ua.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/** Packets by DTLS, over a path that loses some. */
@Timeout(60)
class PacketEndpointTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int IPV6_PAYLOAD = 1280 - 40 - 8;

  /** Of a handshake, cookies and both certificates included. */
  private static final int RECORDS = 15;

  @TempDir Path folder;
  private Device alice;
  private Device video;

  @BeforeEach
  void devices() throws Exception {
    alice = Device.open(folder.resolve("alice"), Clock.systemUTC());
    video = Device.open(folder.resolve("video"), Clock.systemUTC());
  }

  /**
   * A path between two endpoints, which counts datagrams and lets through those it likes. To a path
   * for records each record is a datagram, as others send them.
   */
  private static final class Way implements AutoCloseable {
    private final DatagramSocket near = new DatagramSocket(new InetSocketAddress("::1", 0));
    private final DatagramSocket far = new DatagramSocket(new InetSocketAddress("::1", 0));
    private final InetSocketAddress passive;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger longest = new AtomicInteger();
    private final boolean ofRecords;
    private final IntPredicate passes;
    private volatile InetSocketAddress active;

    Way(InetSocketAddress passive, IntPredicate passes) throws IOException {
      this(passive, false, passes);
    }

    Way(InetSocketAddress passive, boolean ofRecords, IntPredicate passes) throws IOException {
      this.passive = passive;
      this.ofRecords = ofRecords;
      this.passes = passes;
      carry(near, far);
      carry(far, near);
    }

    private void carry(DatagramSocket from, DatagramSocket to) {
      Thread thread =
          new Thread(
              () -> {
                DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                while (!from.isClosed()) {
                  try {
                    packet.setLength(65_536);
                    from.receive(packet);
                    if (from == near) {
                      active = (InetSocketAddress) packet.getSocketAddress();
                    }
                    longest.accumulateAndGet(packet.getLength(), Math::max);
                    for (DatagramPacket piece : pieces(packet)) {
                      if (passes.test(count.incrementAndGet())) {
                        piece.setSocketAddress(to == far ? passive : active);
                        to.send(piece);
                      }
                    }
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    private List<DatagramPacket> pieces(DatagramPacket packet) {
      if (!ofRecords) {
        return List.of(packet);
      }
      List<DatagramPacket> records = new ArrayList<>();
      ByteBuffer octets = ByteBuffer.wrap(packet.getData());
      for (int at = 0; at < packet.getLength(); ) {
        int length = 13 + octets.getShort(at + 11);
        records.add(new DatagramPacket(packet.getData(), at, length));
        at += length;
      }
      return records;
    }

    InetSocketAddress entrance() {
      return (InetSocketAddress) near.getLocalSocketAddress();
    }

    void vanish() {
      near.close();
      far.close();
    }

    @Override
    public void close() {
      vanish();
    }
  }

  private record Pair(DataChannel caller, DataChannel callee) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      caller.close();
      callee.close();
    }
  }

  private Pair open(DataEndpoint a, DataEndpoint b, InetSocketAddress entrance) throws Exception {
    CompletableFuture<DataChannel> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return b.open(passive(a), LIMIT);
              } catch (UserAgentException e) {
                throw new CompletionException(e);
              }
            },
            task -> new Thread(task, "opening").start());
    return new Pair(a.open(active(entrance), LIMIT), waiting.get());
  }

  private Agreement passive(DataEndpoint from) {
    return new Agreement(
        DataProtocol.UDP_DTLS, Setup.PASSIVE, from.address(), List.of(alice.fingerprint()));
  }

  private Agreement active(InetSocketAddress to) {
    return new Agreement(DataProtocol.UDP_DTLS, Setup.ACTIVE, to, List.of(video.fingerprint()));
  }

  private static DataEndpoint listen(Device device) throws Exception {
    return DataEndpoint.listen(DataProtocol.UDP_DTLS, device, InetAddress.getByName("::1"));
  }

  private static String next(DataChannel channel) throws IOException {
    byte[] buffer = new byte[2000];
    int n = channel.input().read(buffer);
    return n < 0 ? null : new String(buffer, 0, n, US_ASCII);
  }

  @Test
  void keepsPacketsApartAndEndsWithTheChannel() throws Exception {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        Pair pair = open(a, b, b.address())) {
      assertThat(pair.caller().protocol()).isEqualTo("DTLSv1.2");
      assertThat(pair.caller().cipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
      assertThat(pair.caller().peerFingerprint()).isEqualTo(video.fingerprint());
      assertThat(pair.callee().peerFingerprint()).isEqualTo(alice.fingerprint());
      assertThat(pair.callee().remoteAddress()).isEqualTo(pair.caller().localAddress());
      assertThat(pair.caller().remoteAddress()).isEqualTo(pair.callee().localAddress());

      pair.caller().output().write("one".getBytes(US_ASCII));
      pair.caller().output().write("two".getBytes(US_ASCII));
      assertThat(next(pair.callee())).isEqualTo("one");
      byte[] octet = new byte[1];
      assertThat(pair.callee().input().read(octet)).isEqualTo(1);
      assertThat(next(pair.callee())).as("the rest of its packet").isEqualTo("wo");
      pair.callee().output().write("three".getBytes(US_ASCII));
      assertThat(next(pair.caller())).isEqualTo("three");
      assertThat(pair.caller().bytesSent()).isEqualTo(6);
      assertThat(pair.callee().bytesReceived()).isEqualTo(6);

      pair.caller().close();
      assertThat(next(pair.callee())).as("told of the end").isNull();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> pair.callee().output().write(1));
    }
  }

  @Test
  void sendsNothingThatAnIpv6PathMightNotCarry() throws Exception {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        Way way = new Way(b.address(), number -> true);
        Pair pair = open(a, b, way.entrance())) {
      int limit = pair.caller().packetLimit().orElseThrow();
      pair.caller().output().write(new byte[limit + 1]);
      assertThat(next(pair.callee())).hasSize(limit);
      assertThat(next(pair.callee())).hasSize(1);
      assertThat(way.longest.get()).isEqualTo(IPV6_PAYLOAD);
    }
  }

  /** Several flights of the handshake are lost, and sent again. */
  @Test
  void opensOverAPathThatLosesPackets() throws Exception {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        Way way = new Way(b.address(), number -> number != 1 && number != 4 && number != 7);
        Pair pair = open(a, b, way.entrance())) {
      assertThat(way.count.get()).isGreaterThan(6);
      pair.caller().output().write("through".getBytes(US_ASCII));
      assertThat(next(pair.callee())).isEqualTo("through");
    }
  }

  /** RFC 6347 section 4.1.1: the server's first flight has five records. */
  @Test
  void putsTheRecordsOfAFlightIntoOneDatagram() throws Exception {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        Way way = new Way(b.address(), number -> true);
        Pair pair = open(a, b, way.entrance())) {
      assertThat(pair.caller().protocol()).isEqualTo("DTLSv1.2");
      assertThat(way.longest.get()).isBetween(600, IPV6_PAYLOAD);
    }
  }

  /** From a peer that sends each in a datagram; whichever it is, all at the same time. */
  @Test
  void opensWhicheverRecordIsLost() throws Exception {
    List<CompletableFuture<String>> heard = new ArrayList<>();
    for (int lost = 1; lost <= RECORDS; lost++) {
      int number = lost;
      heard.add(
          CompletableFuture.supplyAsync(
              () -> without(number), task -> new Thread(task, "losing").start()));
    }
    for (CompletableFuture<String> each : heard) {
      assertThat(each.get()).isEqualTo("through");
    }
  }

  private String without(int lost) {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        Way way = new Way(b.address(), true, number -> number != lost)) {
      CompletableFuture<String> heard =
          CompletableFuture.supplyAsync(
              () -> {
                // A side that has done its part sends it again while it reads.
                try (DataChannel callee = b.open(passive(a), LIMIT)) {
                  return next(callee);
                } catch (UserAgentException | IOException e) {
                  throw new CompletionException(e);
                }
              },
              task -> new Thread(task, "reading").start());
      try (DataChannel caller = a.open(active(way.entrance()), LIMIT)) {
        assertThat(way.count.get()).as("records").isGreaterThanOrEqualTo(RECORDS);
        caller.output().write("through".getBytes(US_ASCII));
        return heard.get();
      }
    } catch (Exception e) {
      throw new CompletionException("without record " + lost, e);
    }
  }

  /** What a packet is answered with, before it has sent a cookie back, is shorter than itself. */
  @Test
  void isNoAmplifierAndKeepsNothingOfStrangers() throws Exception {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        DatagramSocket stranger = new DatagramSocket(new InetSocketAddress("::1", 0))) {
      stranger.setSoTimeout(500);
      CompletableFuture<Pair> opening =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  stranger.send(new DatagramPacket(new byte[100], 100, b.address()));
                  return open(a, b, b.address());
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              });
      try (Pair pair = opening.get()) {
        pair.caller().output().write(1);
        assertThat(pair.callee().input().read()).isEqualTo(1);
        assertThatExceptionOfType(SocketTimeoutException.class)
            .isThrownBy(() -> stranger.receive(new DatagramPacket(new byte[100], 100)));
      }
    }
  }

  @Test
  void noticesThatThePeerHasGoneWithoutAWord() throws Exception {
    try (DataEndpoint a = listen(alice);
        DataEndpoint b = listen(video);
        Way way = new Way(b.address(), number -> true);
        Pair pair = open(a, b, way.entrance())) {
      way.vanish();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  pair.caller().output().write(i);
                  Thread.sleep(10);
                }
              });
    }
  }
}
