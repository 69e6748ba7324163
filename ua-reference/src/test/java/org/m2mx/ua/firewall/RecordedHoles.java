package org.m2mx.ua.firewall;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A firewall that keeps a list of its holes. */
public final class RecordedHoles implements FirewallFinder, FirewallControl {
  private final Queue<PinholeRequest> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final SourceRestriction restriction;

  /** A firewall that restricts holes as it says. */
  public RecordedHoles(SourceRestriction restriction) {
    this.restriction = restriction;
  }

  /** Those that are open. */
  public List<PinholeRequest> open() {
    return List.copyOf(open);
  }

  /** Fails to open the next, as nobody expects it to. */
  public void failOnce(RuntimeException unexpected) {
    failure.set(unexpected);
  }

  /** How many were ever opened. */
  public int opened() {
    return opened.get();
  }

  /** How many times one was renewed. */
  public int renewals() {
    return renewals.get();
  }

  /** Has this one asked, and no coarser hole than for the peer's address admitted. */
  public FirewallPolicy policy() {
    return new FirewallPolicy(
        List.of(this), SourceRestriction.PEER_ADDRESS, FirewallPolicy.DEFAULT_LEASE);
  }

  @Override
  public String method() {
    return "test";
  }

  @Override
  public Optional<FirewallControl> find(InetAddress own) {
    return Optional.of(this);
  }

  @Override
  public String describe() {
    return "test";
  }

  @Override
  public SourceRestriction restriction() {
    return restriction;
  }

  @Override
  public Pinhole open(PinholeRequest request) {
    RuntimeException due = failure.getAndSet(null);
    if (due != null) {
      throw due;
    }
    open.add(request);
    opened.incrementAndGet();
    return new Pinhole() {
      @Override
      public Duration lease() {
        return request.lease();
      }

      @Override
      public InetSocketAddress outside() {
        return request.own();
      }

      @Override
      public void renew() {
        renewals.incrementAndGet();
      }

      @Override
      public void close() {
        open.remove(request);
      }
    };
  }
}
