package org.m2mx.sipcontainer.portability;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;

/** How many there were. */
@ApplicationScoped
public class Greetings {
  private final AtomicInteger count = new AtomicInteger();

  /** Counts another one, and tells how many there are. */
  public int another() {
    return count.incrementAndGet();
  }

  /** How many there are. */
  public int count() {
    return count.get();
  }
}
