package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One thread that waits for all sockets at once and lets their owners read, write and accept. */
final class EventLoop implements AutoCloseable {
  private static final Logger LOG = System.getLogger(EventLoop.class.getName());
  private static final long HOUSEKEEPING_MILLIS = 1000;
  private static final int READ_BUFFER_BYTES = 64 * 1024;

  /** Owner of a channel; called on the loop's thread and must not block it. */
  @FunctionalInterface
  interface Handler {
    /**
     * The channel is ready for what its key says.
     *
     * @param key the channel's key
     * @param buffer room to read into, cleared; its content is gone once this returns
     */
    void ready(SelectionKey key, ByteBuffer buffer) throws IOException;
  }

  private final Selector selector;
  private final Thread thread;
  private final Runnable housekeeping;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private volatile boolean closed;

  EventLoop(String name, Runnable housekeeping) throws IOException {
    this.selector = Selector.open();
    this.housekeeping = housekeeping;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Watches a channel; takes effect soon, on the loop's thread. */
  void register(SelectableChannel channel, int operations, Handler handler) {
    execute(
        () -> {
          try {
            channel.register(selector, operations, handler);
          } catch (IOException e) {
            LOG.log(Level.DEBUG, "A channel closed before it was watched", e);
          }
        });
  }

  /** Adds operations to wait for on a channel that is registered. */
  void await(SelectableChannel channel, int operations) {
    execute(
        () -> {
          SelectionKey key = channel.keyFor(selector);
          if (key != null && key.isValid()) {
            key.interestOpsOr(operations);
          }
        });
  }

  void execute(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long nextHousekeeping = System.nanoTime();
    while (!closed) {
      try {
        selector.select(this::handle, tasks.isEmpty() ? HOUSEKEEPING_MILLIS : 1);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        if (System.nanoTime() - nextHousekeeping >= 0) {
          nextHousekeeping = System.nanoTime() + HOUSEKEEPING_MILLIS * 1_000_000;
          housekeeping.run();
        }
      } catch (IOException | RuntimeException e) {
        if (!(e instanceof ClosedSelectorException)) {
          LOG.log(Level.ERROR, "The event loop had a failure and goes on", e);
        }
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The selector did not close", e);
    }
  }

  private void handle(SelectionKey key) {
    try {
      ((Handler) key.attachment()).ready(key, buffer.clear());
    } catch (CancelledKeyException | ClosedChannelException e) {
      LOG.log(Level.TRACE, "A channel closed while it was ready", e);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "A channel's owner failed", e);
    }
  }
}
