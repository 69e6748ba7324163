package org.m2mx.ua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Setup;

/** Opening a channel between two endpoints, by each protocol, and who is kept out. */
@Timeout(180)
class DataEndpointTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Device alice;
  private Device video;

  @BeforeEach
  void devices() throws Exception {
    alice = Device.open(folder.resolve("alice"), Clock.systemUTC());
    video = Device.open(folder.resolve("video"), Clock.systemUTC());
  }

  private static DataEndpoint listen(DataProtocol protocol, Device device, String address)
      throws Exception {
    return DataEndpoint.listen(protocol, device, InetAddress.getByName(address));
  }

  private static DataEndpoint listen(Device device, String address) throws Exception {
    return listen(DataProtocol.TCP_TLS, device, address);
  }

  private static Agreement active(DataEndpoint peer, Fingerprint... expected) {
    return new Agreement(peer.protocol(), Setup.ACTIVE, peer.address(), List.of(expected));
  }

  private static Agreement passive(String peer, Fingerprint... expected) throws Exception {
    return new Agreement(
        DataProtocol.TCP_TLS,
        Setup.PASSIVE,
        new InetSocketAddress(InetAddress.getByName(peer), 9),
        List.of(expected));
  }

  private static CompletableFuture<DataChannel> open(DataEndpoint endpoint, Agreement agreement) {
    return open(endpoint, agreement, LIMIT);
  }

  private static CompletableFuture<DataChannel> open(
      DataEndpoint endpoint, Agreement agreement, Duration limit) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return endpoint.open(agreement, limit);
          } catch (UserAgentException e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task, "opening").start());
  }

  private static void assertFails(CompletableFuture<DataChannel> opening, Reason reason) {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(opening::get)
        .havingCause()
        .asInstanceOf(type(UserAgentException.class))
        .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  @Test
  void opensWithBothCertificatesVerified() throws Exception {
    try (DataEndpoint a = listen(alice, "::1");
        DataEndpoint b = listen(video, "::1")) {
      CompletableFuture<DataChannel> waiting = open(b, passive("::1", alice.fingerprint()));
      try (DataChannel caller = open(a, active(b, video.fingerprint())).get();
          DataChannel callee = waiting.get()) {
        assertThat(caller.protocol()).isEqualTo("TLSv1.3");
        assertThat(caller.packetLimit()).isEmpty();
        assertThat(caller.peerFingerprint()).isEqualTo(video.fingerprint());
        assertThat(callee.peerFingerprint()).isEqualTo(alice.fingerprint());
        assertThat(callee.remoteAddress()).isEqualTo(caller.localAddress());
        assertThat(caller.remoteAddress()).isEqualTo(callee.localAddress());

        caller.output().write("hello".getBytes(StandardCharsets.US_ASCII));
        caller.endOutput();
        assertThat(callee.input().readAllBytes()).asString().isEqualTo("hello");
        callee.output().write("still open".getBytes(StandardCharsets.US_ASCII));
        callee.endOutput();
        assertThat(caller.input().readAllBytes()).asString().isEqualTo("still open");
        assertThat(caller.bytesSent()).isEqualTo(5);
        assertThat(caller.bytesReceived()).isEqualTo(10);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TCP_TLS", "UDP_DTLS"})
  void theActiveSideRefusesAnotherCertificate(DataProtocol protocol) throws Exception {
    try (DataEndpoint a = listen(protocol, alice, "::1");
        DataEndpoint b = listen(protocol, video, "::1")) {
      CompletableFuture<DataChannel> waiting = open(b, passive("::1", alice.fingerprint()));
      assertFails(open(a, active(b, alice.fingerprint())), Reason.FINGERPRINT_MISMATCH);
      assertFails(waiting, Reason.DATA_CHANNEL);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TCP_TLS", "UDP_DTLS"})
  void thePassiveSideRefusesAnotherCertificate(DataProtocol protocol) throws Exception {
    try (DataEndpoint a = listen(protocol, alice, "::1");
        DataEndpoint b = listen(protocol, video, "::1")) {
      CompletableFuture<DataChannel> waiting = open(b, passive("::1", video.fingerprint()));
      CompletableFuture<DataChannel> calling = open(a, active(b, video.fingerprint()));
      assertFails(waiting, Reason.FINGERPRINT_MISMATCH);
      // In TLS 1.3 the active side may be done with the handshake before the passive side is.
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(calling.thenApply(DataEndpointTest::read)::get)
          .havingCause()
          .satisfies(
              e -> assertThat(e).isInstanceOfAny(UserAgentException.class, IOException.class));
    }
  }

  private static int read(DataChannel channel) {
    try (channel) {
      return channel.input().read();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void admitsOnlyTheSignalledAddress() throws Exception {
    try (DataEndpoint a = listen(alice, "127.0.0.1");
        DataEndpoint b = listen(video, "127.0.0.1")) {
      CompletableFuture<DataChannel> waiting = open(b, passive("127.0.0.1", alice.fingerprint()));
      try (Socket stranger = new Socket()) {
        stranger.bind(new InetSocketAddress("127.0.0.2", 0));
        stranger.connect(b.address());
        assertThat(stranger.getInputStream().read()).as("closed at once").isEqualTo(-1);
      }
      assertThat(waiting).isNotDone();
      try (DataChannel caller = open(a, active(b, video.fingerprint())).get();
          DataChannel callee = waiting.get()) {
        assertThat(callee.remoteAddress()).isEqualTo(caller.localAddress());
      }
    }
  }

  @Test
  void admitsOneConnection() throws Exception {
    try (DataEndpoint a = listen(alice, "::1");
        DataEndpoint b = listen(video, "::1")) {
      InetSocketAddress address = b.address();
      CompletableFuture<DataChannel> waiting = open(b, passive("::1", alice.fingerprint()));
      try (DataChannel caller = open(a, active(b, video.fingerprint())).get();
          DataChannel callee = waiting.get()) {
        assertThat(callee.remoteAddress()).isEqualTo(caller.localAddress());
        assertThatExceptionOfType(ConnectException.class)
            .isThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TCP_TLS", "UDP_DTLS"})
  void waitsForALimitedTime(DataProtocol protocol) throws Exception {
    try (DataEndpoint b = listen(protocol, video, "::1")) {
      assertFails(
          open(b, passive("::1", alice.fingerprint()), Duration.ofMillis(100)), Reason.NO_PATH);
    }
  }

  /** A peer that connects and then says nothing. */
  @Test
  void waitsForAHandshakeForALimitedTime() throws Exception {
    try (DataEndpoint b = listen(video, "::1");
        Socket silent = new Socket(b.address().getAddress(), b.address().getPort())) {
      assertFails(
          open(b, passive("::1", alice.fingerprint()), Duration.ofSeconds(3)), Reason.DATA_CHANNEL);
      assertThat(silent.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TCP_TLS", "UDP_DTLS"})
  void canBeBrokenOff(DataProtocol protocol) throws Exception {
    try (DataEndpoint b = listen(protocol, video, "::1")) {
      CompletableFuture<DataChannel> waiting =
          open(b, passive("::1", alice.fingerprint()), Duration.ofMinutes(1));
      b.abort();
      assertFails(waiting, Reason.NO_PATH);
    }
  }

  @Test
  void saysThatNobodyIsThere() throws Exception {
    try (DataEndpoint a = listen(alice, "::1");
        Socket deaf = new Socket()) {
      deaf.bind(new InetSocketAddress("::1", 0));
      CompletableFuture<DataChannel> opening =
          open(
              a,
              new Agreement(
                  DataProtocol.TCP_TLS,
                  Setup.ACTIVE,
                  new InetSocketAddress("::1", deaf.getLocalPort()),
                  List.of(video.fingerprint())));
      assertFails(opening, Reason.NO_PATH);
    }
  }
}
