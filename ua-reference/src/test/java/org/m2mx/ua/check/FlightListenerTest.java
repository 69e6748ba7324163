package org.m2mx.ua.check;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FlightListenerTest {
  private static final int PATIENCE_MILLIS = 50_000;

  private final InetAddress here = InetAddress.getLoopbackAddress();
  private ServerIdentity shown;
  private FlightListener listener;

  @BeforeEach
  void listen() throws IOException {
    shown = ServerIdentity.of(here, Clock.systemUTC());
    listener = new FlightListener(shown.context(), 8, here);
    listener.setSoTimeout(PATIENCE_MILLIS);
  }

  @AfterEach
  void end() throws IOException {
    listener.close();
  }

  @RepeatedTest(20)
  void theAlertOfADeviceThatDoesNotTrustIsHeard() throws Exception {
    CompletableFuture<Void> device =
        CompletableFuture.runAsync(
            () ->
                assertThatThrownBy(
                        () -> connect(ServerIdentity.of(here, Clock.systemUTC())).close())
                    .hasMessageContaining("trust"));

    try (SSLSocket accepted = listener.accept()) {
      assertThatThrownBy(accepted::startHandshake).hasMessageContaining("certificate_unknown");
    }
    device.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Test
  void whatIsSaidAfterTheHandshakeGoesBothWaysAtOnce() throws Exception {
    CompletableFuture<SSLSocket> device =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return connect(shown);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    try (SSLSocket accepted = listener.accept()) {
      accepted.setSoTimeout(PATIENCE_MILLIS);
      accepted.startHandshake();
      try (SSLSocket connected = device.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        connected.getOutputStream().write("a".getBytes(US_ASCII));
        assertThat(accepted.getInputStream().readNBytes(1)).asString().isEqualTo("a");
        CompletableFuture<Integer> next =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return accepted.getInputStream().read();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
        accepted.getOutputStream().write("b".getBytes(US_ASCII));
        assertThat(connected.getInputStream().readNBytes(1)).asString().isEqualTo("b");
        connected.getOutputStream().write("c".getBytes(US_ASCII));
        assertThat(next.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo('c');
        // Closing waits for the other side to close.
        connected.setSoTimeout(1);
        accepted.setSoTimeout(1);
      }
    }
  }

  /** A device that trusts one authority; connected, the handshake done. */
  private SSLSocket connect(ServerIdentity trusted) throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("anchor", trusted.authority());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(here, listener.getLocalPort());
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
