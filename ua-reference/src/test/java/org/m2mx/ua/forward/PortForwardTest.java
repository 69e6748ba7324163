package org.m2mx.ua.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.m2mx.ua.testing.Background.inBackground;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both sides of a forward over a connection on loopback, and either against a stranger. */
@Timeout(180)
class PortForwardTest {
  private static final InetAddress LOOPBACK = PortForward.loopback().get(0);
  private static final Link.Liveness LONG = Link.Liveness.DEFAULT;

  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private ServerSocket service;
  private Socket asking;
  private Socket exposing;
  private PortForward forward;
  private InetSocketAddress local;

  private final ForwardListener log =
      new ForwardListener() {
        @Override
        public void refused(int port, String why) {
          told.add("refused " + port + ": " + why);
        }

        @Override
        public void closed(int port, long sent, long received) {
          told.add("closed");
        }
      };

  @BeforeEach
  void connect() throws Exception {
    service = keep(new ServerSocket(0, 50, LOOPBACK));
    try (ServerSocket listener = new ServerSocket(0, 1, LOOPBACK)) {
      asking = keep(new Socket(LOOPBACK, listener.getLocalPort()));
      exposing = keep(listener.accept());
    }
    forward = keep(new PortForward());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private CompletableFuture<Void> carry() {
    return inBackground(
        () -> {
          forward.carry(asking.getInputStream(), asking.getOutputStream(), asking, log);
          return null;
        });
  }

  private CompletableFuture<Void> expose(Link.Liveness liveness, Integer... ports) {
    PortExposure exposure = new PortExposure(Set.of(ports), liveness);
    return inBackground(
        () -> {
          exposure.serve(exposing.getInputStream(), exposing.getOutputStream(), exposing, log);
          return null;
        });
  }

  private void join() throws IOException {
    local = forward.listen(new InetSocketAddress(LOOPBACK, 0), service.getLocalPort());
    expose(LONG, service.getLocalPort());
    carry();
  }

  private Socket dial() throws Exception {
    return keep(new Socket(local.getAddress(), local.getPort()));
  }

  /** Connects, again and again until the link stands: before, connections are closed at once. */
  private Socket dial(CompletableFuture<Socket> accepted) throws Exception {
    while (true) {
      Socket socket = dial();
      if (isTaken(socket, accepted)) {
        return socket;
      }
    }
  }

  private static boolean isTaken(Socket socket, CompletableFuture<Socket> accepted)
      throws IOException {
    socket.setSoTimeout(20);
    while (!accepted.isDone()) {
      try {
        assertThat(socket.getInputStream().read()).isNegative();
        return false;
      } catch (SocketTimeoutException e) {
        // Still open.
      } catch (SocketException e) {
        return false;
      }
    }
    socket.setSoTimeout(0);
    return true;
  }

  private void echo() {
    inBackground(
        () -> {
          while (true) {
            Socket socket = keep(service.accept());
            inBackground(() -> socket.getInputStream().transferTo(socket.getOutputStream()))
                .thenRun(
                    () -> {
                      try {
                        socket.shutdownOutput();
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    });
          }
        });
  }

  private void awaitLink() throws Exception {
    until(
        () -> {
          try (Socket socket = new Socket(local.getAddress(), local.getPort())) {
            socket.getOutputStream().write(1);
            return socket.getInputStream().read() == 1;
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void carriesSeveralConnectionsAtOnceBothWays() throws Exception {
    echo();
    join();
    awaitLink();
    List<CompletableFuture<byte[]>> back = new ArrayList<>();
    List<byte[]> data = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] bytes = new byte[1_500_000 + i];
      new Random(i).nextBytes(bytes);
      data.add(bytes);
      Socket socket = dial();
      back.add(inBackground(() -> socket.getInputStream().readAllBytes()));
      inBackground(
          () -> {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return null;
          });
    }
    for (int i = 0; i < back.size(); i++) {
      assertThat(back.get(i).get(40, TimeUnit.SECONDS)).isEqualTo(data.get(i));
    }
  }

  @Test
  void aConnectionThatStandsStillStopsItsSenderAndNoOther() throws Exception {
    join();
    Socket writer = dial(inBackground(() -> keep(service.accept())));
    echo();
    long[] written = {0};
    inBackground(
        () -> {
          byte[] piece = new byte[64 * 1024];
          while (true) {
            writer.getOutputStream().write(piece);
            written[0] += piece.length;
          }
        });
    awaitLink();
    long before = -1;
    while (before != written[0]) {
      before = written[0];
      Thread.sleep(300);
    }
    awaitLink();
    assertThat(written[0]).as("stopped by the window and the sockets").isLessThan(30_000_000);
  }

  @Test
  void connectsToNothingThatIsNotExposed() throws Exception {
    Socket deaf = keep(new Socket());
    deaf.bind(new InetSocketAddress(LOOPBACK, 0));
    int closedPort = deaf.getLocalPort();
    local = forward.listen(new InetSocketAddress(LOOPBACK, 0), service.getLocalPort());
    expose(LONG, closedPort);
    carry();
    until(
        () -> {
          try (Socket socket = new Socket(local.getAddress(), local.getPort())) {
            assertThat(socket.getInputStream().read()).isNegative();
          } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
          }
          return told.contains(
              "refused "
                  + service.getLocalPort()
                  + ": port "
                  + service.getLocalPort()
                  + " is not exposed");
        });
    service.setSoTimeout(1);
    assertThatThrownBy(service::accept).isInstanceOf(IOException.class);

    local = forward.listen(new InetSocketAddress(LOOPBACK, 0), closedPort);
    dial();
    until(() -> told.contains("refused " + closedPort + ": nothing listens on port " + closedPort));
  }

  @Test
  void passesOnAReset() throws Exception {
    join();
    CompletableFuture<Socket> there = inBackground(() -> keep(service.accept()));
    Socket socket = dial(there);
    there.get().setSoLinger(true, 0);
    there.get().close();
    InputStream in = socket.getInputStream();
    assertThatThrownBy(() -> in.read()).isInstanceOf(IOException.class);
    until(() -> told.stream().filter("closed"::equals).count() >= 2);
  }

  @Test
  void resetsAllConnectionsWhenTheChannelBreaks() throws Exception {
    echo();
    join();
    awaitLink();
    Socket socket = dial();
    socket.getOutputStream().write(1);
    assertThat(socket.getInputStream().read()).isEqualTo(1);
    exposing.close();
    InputStream in = socket.getInputStream();
    assertThatThrownBy(() -> in.read()).isInstanceOf(IOException.class);
  }

  /** The other side, played byte by byte. */
  private DataInputStream stranger(Socket side, String greeting) throws IOException {
    side.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
    DataInputStream in = new DataInputStream(side.getInputStream());
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      assertThat(octet).isNotNegative();
    }
    return in;
  }

  private static void assertViolation(CompletableFuture<Void> side, String message) {
    assertThatThrownBy(() -> side.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(ForwardException.class)
        .hasMessageContaining(message);
  }

  @Test
  void endsAPeerThatSendsMoreThanTheWindow() throws Exception {
    CompletableFuture<Void> side = expose(LONG, service.getLocalPort());
    stranger(asking, Frames.FORWARDS);
    CompletableFuture<Socket> accepted = inBackground(() -> keep(service.accept()));
    Frames frames = new Frames(InputStream.nullInputStream(), asking.getOutputStream());
    frames.write(Frame.open(1, service.getLocalPort()));
    accepted.get(60, TimeUnit.SECONDS);
    // Nobody reads at the service, so that no window opens once the socket's buffers are full.
    inBackground(
        () -> {
          while (true) {
            frames.write(new Frame(Frame.Type.DATA, 1, new byte[Frame.LONGEST]));
          }
        });
    assertViolation(side, "more than the window");
  }

  @Test
  void endsAPeerThatTalksNonsense() throws Exception {
    CompletableFuture<Void> side = expose(LONG, 80);
    stranger(asking, Frames.FORWARDS);
    asking.getOutputStream().write(new byte[] {99, 0, 0, 0, 1, 0, 0});
    assertViolation(side, "type 99");
  }

  @Test
  void endsAPeerThatOpensAWindowBeyondItsSize() throws Exception {
    CompletableFuture<Void> side = expose(LONG, service.getLocalPort());
    stranger(asking, Frames.FORWARDS);
    Frames frames = new Frames(InputStream.nullInputStream(), asking.getOutputStream());
    frames.write(Frame.open(1, service.getLocalPort()));
    frames.write(Frame.window(1, Integer.MAX_VALUE));
    assertViolation(side, "window of");
  }

  @Test
  void endsAnExposingPeerThatAsksForConnectionsItself() throws Exception {
    CompletableFuture<Void> side = carry();
    stranger(exposing, Frames.EXPOSES);
    new Frames(InputStream.nullInputStream(), exposing.getOutputStream()).write(Frame.open(1, 22));
    assertViolation(side, "may not ask for");
  }

  @Test
  void doesNotServeAnotherProtocol() throws Exception {
    CompletableFuture<Void> side = expose(LONG, 80);
    asking.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
    assertViolation(side, "does not greet");
  }

  @Test
  void findsOutThatThePeerHasGone() throws Exception {
    CompletableFuture<Void> side =
        expose(new Link.Liveness(Duration.ofMillis(20), Duration.ofSeconds(5)), 80);
    DataInputStream in = stranger(asking, Frames.FORWARDS);
    assertThat(in.readByte()).isEqualTo(Frame.Type.ALIVE.number());
    assertThatThrownBy(() -> side.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessage("nothing has come from the peer for 5 s");
    assertThat(exposing.isClosed()).isTrue();
    OutputStream out = asking.getOutputStream();
    until(
        () -> {
          try {
            out.write(0);
            return false;
          } catch (IOException e) {
            return true;
          }
        });
  }
}
