package org.m2mx.sip.knock;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.m2mx.registry.Aor;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.flow.Flow;

/** Knocks, a few at a time, with threads of its own: those of the SIP container do not wait. */
@Singleton
public class Knocker {
  /** Time for a second SYN, should the first be lost. */
  static final Duration LIMIT = Duration.ofMillis(2500);

  private static final Logger LOG = System.getLogger(Knocker.class.getName());
  private static final int AT_ONCE = 16;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * @param threads for knocking
   */
  @Inject
  public Knocker(ThreadFactory threads) {
    this.threads =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(AT_ONCE),
            threads);
    this.threads.allowCoreThreadTimeOut(true);
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** What has to be so, besides, that it is knocked. */
  @FunctionalInterface
  interface Condition {
    /**
     * @throws KnockRefusedException if it is not
     */
    void require() throws KnockRefusedException;
  }

  /**
   * Begins to knock, from the address that the device has connected to: a firewall that was opened
   * for the server lets nobody else in. How it went is told to the log alone; it takes a place
   * among those being knocked at for {@link #LIMIT} in any case, which others could see.
   *
   * @param at whose door
   * @param flow the device's connection
   * @param callId of the question
   * @param condition asked only if there is a place
   * @throws KnockRefusedException if too many are being knocked at, or of the condition
   */
  void knock(Knock knock, Aor at, Flow flow, String callId, Condition condition)
      throws KnockRefusedException {
    InetAddress from = AddressText.literal(flow.localAddress()).orElseThrow();
    InetAddress to = AddressText.literal(flow.remoteAddress()).orElseThrow();
    InetSocketAddress door = new InetSocketAddress(to, knock.port());
    if (!free.tryAcquire()) {
      throw new KnockRefusedException(
          Duration.ofSeconds(LIMIT.toSeconds() + 1),
          "others are being knocked at: ask again in a few seconds");
    }
    boolean begun = false;
    try {
      condition.require();
      threads.execute(
          () -> {
            long begin = System.nanoTime();
            try {
              LOG.log(
                  Level.INFO,
                  "Knock for {0} by {1} at {2}:{3}: {4}, Call-ID {5}",
                  at,
                  knock.protocol(),
                  AddressText.inHeader(to),
                  Integer.toString(knock.port()),
                  outcome(knock, from, door),
                  callId);
            } finally {
              leave(begin);
            }
          });
      begun = true;
    } finally {
      if (!begun) {
        free.release();
      }
    }
  }

  private void leave(long begin) {
    try {
      TimeUnit.NANOSECONDS.sleep(begin + LIMIT.toNanos() - System.nanoTime());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }

  private static String outcome(Knock knock, InetAddress from, InetSocketAddress door) {
    try {
      if (knock.protocol() == Knock.Protocol.UDP) {
        send(knock, from, door);
        return "sent";
      }
      connect(knock, from, door);
      return "connected";
    } catch (SocketTimeoutException silence) {
      return "no answer";
    } catch (IOException refused) {
      return refused.getMessage();
    }
  }

  private static void connect(Knock knock, InetAddress from, InetSocketAddress door)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(door, Math.toIntExact(LIMIT.toMillis()));
      socket.getOutputStream().write(knock.octets());
    }
  }

  private static void send(Knock knock, InetAddress from, InetSocketAddress door)
      throws IOException {
    byte[] octets = knock.octets();
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
      socket.send(new DatagramPacket(octets, octets.length, door));
    }
  }
}
