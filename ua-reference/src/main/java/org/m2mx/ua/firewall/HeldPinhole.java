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
import java.util.function.Consumer;
import org.m2mx.ua.firewall.FirewallNotice.Kind;

/** A pinhole that is renewed at half its lease until it is closed. */
final class HeldPinhole implements SessionHole {
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
  private boolean overdue;
  private Future<?> renewal;

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

  @Override
  public Optional<FirewallNotice> evidence() {
    return Optional.of(opened);
  }

  @Override
  public Optional<InetSocketAddress> outside() {
    return Optional.of(pinhole.outside());
  }

  /** Completes when the hole is closed or left to its lease; never exceptionally. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Starts to renew. */
  synchronized void hold() {
    schedule(pinhole.lease().dividedBy(2));
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
    try {
      pinhole.renew();
      overdue = false;
      schedule(pinhole.lease().dividedBy(2));
    } catch (FirewallException e) {
      if (!overdue) {
        overdue = true;
        tell(Kind.FAILED, "did not renew the hole " + request + ": " + e.getMessage());
      }
      Duration part = pinhole.lease().dividedBy(RETRIES_PER_LEASE);
      schedule(part.compareTo(LONGEST_RETRY) < 0 ? part : LONGEST_RETRY);
    }
  }

  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(this::closeNow);
    } catch (RejectedExecutionException e) {
      closeNow();
    }
  }

  private synchronized void closeNow() {
    renewal.cancel(false);
    try {
      pinhole.close();
      tell(Kind.CLOSED, "closed the hole " + request);
    } catch (FirewallException e) {
      tell(
          Kind.FAILED,
          "did not close the hole "
              + request
              + ", which lapses within "
              + pinhole.lease().toSeconds()
              + " s: "
              + e.getMessage());
    } finally {
      closed.complete(null);
    }
  }

  private void tell(Kind kind, String text) {
    notices.accept(new FirewallNotice(kind, "firewall: " + control.describe() + " " + text));
  }
}
