package org.m2mx.ua.signalling;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.account.Account;

/**
 * A connection to an account's server without transactions: whole messages go in and out as they
 * are, right or wrong. For looking at what the other side makes of them.
 */
public final class RawFlow implements AutoCloseable {
  /** What nobody takes is dropped beyond this. */
  private static final int MOST_WAITING = 1000;

  private final Flow flow;
  private final BlockingQueue<String> received = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Semaphore pings = new Semaphore(0);
  private final CompletableFuture<IOException> lost = new CompletableFuture<>();

  private RawFlow(Flow flow) {
    this.flow = flow;
  }

  /**
   * Connects, with the server's certificate checked as for any other connection.
   *
   * @param account whose server
   * @param limit how long it may take
   * @param clock tells whether certificates are valid
   * @return the connection
   * @throws UserAgentException if the server cannot be reached or is not to be trusted
   */
  public static RawFlow connect(Account account, Duration limit, Clock clock)
      throws UserAgentException {
    return start(Flow.connect(account, new Traffic(), limit, clock));
  }

  /**
   * Takes a connection that a user agent has opened to this side as its server. Its pings are
   * answered.
   *
   * @param socket its handshake done; this takes it over
   * @return the connection
   * @throws IOException if it has ended
   */
  public static RawFlow accepted(SSLSocket socket) throws IOException {
    return start(Flow.accepted(socket));
  }

  private static RawFlow start(Flow flow) {
    RawFlow raw = new RawFlow(flow);
    flow.start(
        new Flow.Listener() {
          @Override
          public void received(byte[] message) {
            raw.received.offer(new String(message, StandardCharsets.UTF_8));
          }

          @Override
          public void pinged() {
            raw.pings.release();
          }

          @Override
          public void ended(Flow ended, IOException cause) {
            // What waits can still be taken; nothing more comes.
            if (cause != null) {
              raw.lost.complete(cause);
            }
          }
        });
    return raw;
  }

  /** Says whether neither side has ended it. */
  public boolean isOpen() {
    return flow.isOpen();
  }

  /** Returns how the other side has ended it, or empty if it has not. */
  public Optional<IOException> lost() {
    return Optional.ofNullable(lost.getNow(null));
  }

  /** Returns this side's end. */
  public InetSocketAddress local() {
    return flow.local();
  }

  /**
   * Sends a message as it is.
   *
   * @param message in UTF-8
   * @throws IOException if the connection has ended
   */
  public void send(String message) throws IOException {
    flow.send(message.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Waits for a message.
   *
   * @param limit how long
   * @return the message as received, or empty if none came
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Optional<String> receive(Duration limit) throws InterruptedException {
    return Optional.ofNullable(received.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * Pings the server (RFC 5626 section 4.4.1).
   *
   * @param limit how long to wait for the pong
   * @return whether it came
   * @throws IOException if the connection has ended
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean ping(Duration limit) throws IOException, InterruptedException {
    long sent = System.nanoTime();
    flow.ping();
    while (!flow.hasPongedSince(sent)) {
      if (System.nanoTime() - sent > limit.toNanos()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return true;
  }

  /**
   * Waits for a ping of a user agent that has opened the connection: a double CRLF between messages
   * (RFC 5626 section 4.4.1).
   *
   * @param limit how long
   * @return whether one has come since the one that was awaited last
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean awaitPing(Duration limit) throws InterruptedException {
    return pings.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    flow.close();
  }
}
