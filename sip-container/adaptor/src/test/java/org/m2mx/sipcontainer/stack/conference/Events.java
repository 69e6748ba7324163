package org.m2mx.sipcontainer.stack.conference;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What happened, in its order. */
public final class Events {
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  private Events() {}

  static void add(String event) {
    SEEN.add(event);
  }

  /** All so far. */
  public static List<String> all() {
    return List.copyOf(SEEN);
  }

  /** Forgets them. */
  public static void clear() {
    SEEN.clear();
  }
}
