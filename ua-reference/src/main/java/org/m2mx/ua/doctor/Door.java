package org.m2mx.ua.doctor;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.m2mx.ua.firewall.TransportProtocol;

/** A port of this machine's at which somebody is to knock, and nobody else is heard. */
final class Door implements Closeable {
  /** What becomes of a knock that was asked for. */
  enum Knock {
    /** It came in. */
    CAME_IN,
    /** It did not. */
    STAYED_OUT,
    /** The server knocks at nobody's door. */
    NOT_OFFERED,
  }

  private static final System.Logger LOG = System.getLogger(Door.class.getName());
  private static final String GREETING = "m2mx-knock ";
  private static final int LONGEST = 128;
  private static final int VISITORS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** For what has come in, and waits to be looked at when it is said that it is over. */
  private static final Executor SHORTLY =
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS);

  private final TransportProtocol protocol;
  private final int port;
  private final Closeable socket;
  private final SecureRandom random = new SecureRandom();

  /**
   * Beyond these, visitors wait: strangers that dawdle shall not keep the server from being heard.
   */
  private final Executor visitors =
      new ThreadPoolExecutor(
          0,
          VISITORS,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          this::daemon,
          new ThreadPoolExecutor.CallerRunsPolicy());

  private final Map<String, CompletableFuture<Knock>> expected = new ConcurrentHashMap<>();

  private Door(TransportProtocol protocol, int port, Closeable socket) {
    this.protocol = protocol;
    this.port = port;
    this.socket = socket;
  }

  /**
   * Takes a fresh port.
   *
   * @throws IOException if none is left
   */
  static Door open(TransportProtocol protocol) throws IOException {
    if (protocol == TransportProtocol.UDP) {
      DatagramSocket socket = new DatagramSocket();
      Door door = new Door(protocol, socket.getLocalPort(), socket);
      door.listen(() -> door.receive(socket), socket::isClosed);
      return door;
    }
    ServerSocket listener = new ServerSocket(0);
    Door door = new Door(protocol, listener.getLocalPort(), listener);
    door.listen(() -> door.accept(listener), listener::isClosed);
    return door;
  }

  /** By what it is to be knocked. */
  TransportProtocol protocol() {
    return protocol;
  }

  /** Where it is on this machine. */
  int port() {
    return port;
  }

  /**
   * Has the server knock.
   *
   * @param outside the port by which the server finds this door
   * @return completes as soon as the knock has come in, or when it will not any more; or with why
   *     it was not asked for
   */
  CompletableFuture<Knock> knocked(KnockingServer server, int outside) {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    CompletableFuture<Knock> arrived = new CompletableFuture<>();
    expected.put(token, arrived);
    return server
        .knock(protocol, outside, token)
        .thenApplyAsync(offered -> offered ? Knock.STAYED_OUT : Knock.NOT_OFFERED, SHORTLY)
        .applyToEither(arrived, Function.identity())
        .whenComplete((knock, failure) -> expected.remove(token));
  }

  /** One visitor of a door. */
  @FunctionalInterface
  private interface Visit {
    void await() throws IOException;
  }

  private void listen(Visit visit, BooleanSupplier closed) {
    Thread thread =
        daemon(
            () -> {
              while (!closed.getAsBoolean()) {
                try {
                  visit.await();
                } catch (IOException e) {
                  unheard(e);
                }
              }
            });
    thread.start();
  }

  private Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "m2mx-ua-door-" + port);
    thread.setDaemon(true);
    return thread;
  }

  private void accept(ServerSocket listener) throws IOException {
    Socket visitor = listener.accept();
    visitors.execute(
        () -> {
          try (visitor) {
            byte[] line = line(visitor);
            heard(line, line.length);
          } catch (IOException e) {
            unheard(e);
          }
        });
  }

  /** However slowly a visitor speaks, it is listened to no longer than it takes to be patient. */
  private static byte[] line(Socket visitor) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    ByteArrayOutputStream line = new ByteArrayOutputStream(LONGEST);
    while (line.size() < LONGEST) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new SocketTimeoutException("too slow");
      }
      visitor.setSoTimeout(Math.toIntExact(left));
      int octet = visitor.getInputStream().read();
      if (octet < 0 || octet == '\n') {
        break;
      }
      line.write(octet);
    }
    return line.toByteArray();
  }

  private void receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
    socket.receive(packet);
    heard(packet.getData(), packet.getLength());
  }

  private void unheard(IOException e) {
    LOG.log(System.Logger.Level.DEBUG, "Nothing heard at port {0}: {1}", port, e);
  }

  private void heard(byte[] octets, int length) {
    String text = new String(octets, 0, length, StandardCharsets.US_ASCII);
    if (text.startsWith(GREETING)) {
      CompletableFuture<Knock> arrived = expected.get(text.substring(GREETING.length()).strip());
      if (arrived != null) {
        arrived.complete(Knock.CAME_IN);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
