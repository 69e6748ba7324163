package org.m2mx.ua.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.data.DataChannel;

/**
 * Closes a channel on which nothing has moved for a while, since TCP itself may wait for a quarter
 * of an hour for a peer that has gone without a word.
 */
final class StallGuard implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StallGuard.class.getName());

  private final DataChannel channel;
  private final long limitMillis;
  private final ScheduledExecutorService timer;
  private volatile boolean struck;
  private long moved = -1;
  private long stillSince;

  /**
   * A guard of a channel, until this is closed.
   *
   * @param limit how long nothing may move
   */
  StallGuard(DataChannel channel, Duration limit) {
    this.channel = channel;
    this.limitMillis = limit.toMillis();
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "m2mx-ua-stall-guard");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to watch. */
  void watch() {
    long period = Math.max(1, limitMillis / 10);
    timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  private void look() {
    long now = channel.bytesSent() + channel.bytesReceived();
    if (now != moved) {
      moved = now;
      stillSince = System.nanoTime();
    } else if (System.nanoTime() - stillSince > TimeUnit.MILLISECONDS.toNanos(limitMillis)) {
      struck = true;
      try {
        channel.abort();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Aborting a channel that stands still", e);
      }
    }
  }

  /**
   * Explains why a channel broke.
   *
   * @param e what has come of it
   * @return the same in other words, if it was closed because nothing has moved
   */
  IOException explain(IOException e) {
    return struck ? new IOException("nothing has moved for " + limitMillis / 1000 + " s", e) : e;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
