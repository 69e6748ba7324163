package org.m2mx.ua.firewall;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.m2mx.ua.firewall.FirewallNotice.Kind;

/**
 * A pinhole that is renewed at half its lease until it is closed, which it is when the last session
 * that shares it has closed its share.
 */
final class HeldPinhole {
  /** After a renewal that failed, the parts of a lease after which to try again ... */
  private static final int RETRIES_PER_LEASE = 8;

  /** ... or sooner: a gateway that starts is soon there. */
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(3);

  private final PinholeRequest request;
  private final FirewallControl control;
  private final Pinhole pinhole;
  private final FirewallNotice opened;
  private final ScheduledExecutorService executor;
  private final Consumer<FirewallNotice> notices;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** How many sessions share it; one from the start. */
  private final AtomicInteger shares = new AtomicInteger(1);

  private volatile boolean overdue;
  private Future<?> renewal = CompletableFuture.completedFuture(null);

  HeldPinhole(
      PinholeRequest request,
      FirewallControl control,
      Pinhole pinhole,
      FirewallNotice opened,
      ScheduledExecutorService executor,
      Consumer<FirewallNotice> notices) {
    this.request = request;
    this.control = control;
    this.pinhole = pinhole;
    this.opened = opened;
    this.executor = executor;
    this.notices = notices;
  }

  /** One session's part in the hole. */
  private final class Share implements SessionHole {
    private final AtomicBoolean given = new AtomicBoolean();

    @Override
    public Optional<FirewallNotice> evidence() {
      return Optional.of(opened);
    }

    @Override
    public Optional<InetSocketAddress> outside() {
      return Optional.of(pinhole.outside());
    }

    @Override
    public void close() {
      if (given.compareAndSet(false, true) && shares.decrementAndGet() == 0) {
        HeldPinhole.this.close();
      }
    }
  }

  /** Says whether this is the hole that was asked for. */
  boolean isFor(PinholeRequest other) {
    return request.equals(other);
  }

  /** Says whether its last renewal has failed. */
  boolean isOverdue() {
    return overdue;
  }

  /** Returns one more share; empty if the last one was closed. */
  Optional<SessionHole> share() {
    boolean open = shares.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    return open ? Optional.of(new Share()) : Optional.empty();
  }

  /** Completes when the hole is closed or left to its lease; never exceptionally. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Starts to renew, and returns the first share. */
  synchronized SessionHole hold() {
    schedule(pinhole.lease().dividedBy(2));
    return new Share();
  }

  /** Renews now, and goes on from there. */
  synchronized void renewAtOnce() {
    if (!closing.get() && renewal.cancel(false)) {
      schedule(Duration.ZERO);
    }
  }

  private void schedule(Duration delay) {
    renewal = executor.schedule(this::renew, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void renew() {
    if (closing.get()) {
      return;
    }
    Duration next;
    try {
      pinhole.renew();
      overdue = false;
      next = pinhole.lease().dividedBy(2);
    } catch (FirewallException | RuntimeException e) {
      if (!overdue) {
        overdue = true;
        tell(Kind.FAILED, "did not renew the hole " + hole() + ": " + e.getMessage());
      }
      Duration part = pinhole.lease().dividedBy(RETRIES_PER_LEASE);
      next = part.compareTo(LONGEST_RETRY) < 0 ? part : LONGEST_RETRY;
    }
    schedule(next);
  }

  /** Closes it whoever shares it, without waiting for it. Does nothing the second time. */
  void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(this::closeNow);
    } catch (RejectedExecutionException e) {
      closeNow();
    }
  }

  /** Closes it whoever shares it, and waits for it. Does nothing the second time. */
  void closeAtOnce() {
    if (closing.compareAndSet(false, true)) {
      closeNow();
    }
  }

  private synchronized void closeNow() {
    renewal.cancel(false);
    try {
      pinhole.close();
      tell(Kind.CLOSED, "closed the hole " + hole());
    } catch (FirewallException e) {
      tell(
          Kind.FAILED,
          "did not close the hole "
              + hole()
              + ", which lapses within "
              + pinhole.lease().toSeconds()
              + " s: "
              + e.getMessage());
    } finally {
      closed.complete(null);
    }
  }

  private String hole() {
    return request.openedBy(control.restriction());
  }

  private void tell(Kind kind, String text) {
    notices.accept(new FirewallNotice(kind, "firewall: " + control.describe() + " " + text));
  }
}
