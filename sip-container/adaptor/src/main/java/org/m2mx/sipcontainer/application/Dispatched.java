package org.m2mx.sipcontainer.application;

/**
 * What the calling thread has handed to the core and is not back from. The core asks the same
 * questions of sessions and proxies for a request within a dialog, for a response, and for what it
 * tidies up; the answers are not the same.
 */
public enum Dispatched {
  /** Neither. */
  NOTHING,
  /** A request. */
  REQUEST,
  /** A response that is not final. It may begin an early dialog. */
  PROVISIONAL_RESPONSE,
  /** A final response. It may begin a dialog, and is never to be lost. */
  FINAL_RESPONSE;

  private static final ThreadLocal<Dispatched> CURRENT = ThreadLocal.withInitial(() -> NOTHING);

  /** Dispatches a message of this kind. */
  public void during(Runnable dispatching) {
    CURRENT.set(this);
    try {
      dispatching.run();
    } finally {
      CURRENT.remove();
    }
  }

  /** Whether a message of this kind is being dispatched. */
  public boolean isUnderWay() {
    return CURRENT.get() == this;
  }
}
