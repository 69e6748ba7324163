package org.m2mx.sipcontainer.application;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What an application has begun and not done yet, so that who stops it can wait for that. */
final class Pending {
  private final AtomicInteger count = new AtomicInteger();

  /** Something that is under way until it is said to be over, once or more. */
  final class Thing {
    private final AtomicBoolean over = new AtomicBoolean();

    private Thing() {
      count.incrementAndGet();
    }

    void over() {
      if (over.compareAndSet(false, true)) {
        count.decrementAndGet();
      }
    }

    boolean isOver() {
      return over.get();
    }
  }

  /** Something begins. */
  Thing begin() {
    return new Thing();
  }

  /** Whether there is anything. */
  boolean isAnything() {
    return count.get() > 0;
  }
}
