package org.m2mx.ua.firewall.igd;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.m2mx.ua.firewall.FirewallException;

/**
 * Which hole each UniqueID of a gateway belongs to. A gateway that has restarted gives the same
 * identifiers again, to other holes. Safe for use by several threads.
 */
final class PinholeOwners {
  private final Map<Integer, Object> owners = new ConcurrentHashMap<>();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Duration patience;

  /**
   * Of a gateway without holes.
   *
   * @param patience how long to wait for a turn, so that a silent gateway holds nobody up for long
   */
  PinholeOwners(Duration patience) {
    this.patience = patience;
  }

  /**
   * Waits until identifiers keep their owners, as they must from the question who owns one until
   * the gateway has done what was asked about it.
   *
   * @throws FirewallException if that takes too long
   */
  Turn use() throws FirewallException {
    return turn(lock.readLock());
  }

  /**
   * Waits until nobody uses an identifier: the gateway gives one before its owner is known here.
   *
   * @throws FirewallException if that takes too long
   */
  Turn change() throws FirewallException {
    return turn(lock.writeLock());
  }

  private Turn turn(Lock part) throws FirewallException {
    try {
      if (!part.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new FirewallException("the gateway has not answered others before");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FirewallException("interrupted while others ask the gateway", e);
    }
    return part::unlock;
  }

  /** Says whether an identifier is a hole's, and no other's since. */
  boolean owns(Object hole, int uniqueId) {
    return owners.get(uniqueId) == hole;
  }

  /** Notes whom the gateway has given an identifier last. */
  void put(int uniqueId, Object hole) {
    owners.put(uniqueId, hole);
  }

  /** Forgets a hole that is closed. */
  void remove(int uniqueId, Object hole) {
    owners.remove(uniqueId, hole);
  }

  /** A turn, until it is closed. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }
}
