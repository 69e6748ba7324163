package org.m2mx.ua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the system still sends of a stream when its tunnel goes. */
@Timeout(120)
class TunnelChannelTest {
  private static final byte[] PIECE = new byte[100_000];

  private Socket socket;
  private Socket peer;

  @BeforeEach
  void connect() throws Exception {
    InetAddress loopback = InetAddress.getByName("::1");
    try (ServerSocket listening = new ServerSocket()) {
      listening.setReceiveBufferSize(4096);
      listening.bind(new InetSocketAddress(loopback, 0));
      socket = new Socket();
      socket.setSendBufferSize(4 * PIECE.length);
      socket.connect(listening.getLocalSocketAddress());
      peer = listening.accept();
    }
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    peer.close();
  }

  @Test
  void allArrivesWhereThePeerReads() throws Exception {
    peer.shutdownOutput();
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    socket.getOutputStream().write(PIECE);
    Thread ending =
        new Thread(
            () -> {
              try {
                TunnelChannel.end(socket, Duration.ofSeconds(60));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    ending.start();
    assertThat(peer.getInputStream().readAllBytes()).hasSize(PIECE.length);
    ending.join();
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void whatHasNotArrivedIsNotSentAnyMore() throws Exception {
    socket.getOutputStream().write(PIECE);
    TunnelChannel.end(socket, Duration.ofMillis(200));
    assertThat(socket.isClosed()).isTrue();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> peer.getInputStream().readAllBytes())
        .withMessageContaining("reset");
  }
}
