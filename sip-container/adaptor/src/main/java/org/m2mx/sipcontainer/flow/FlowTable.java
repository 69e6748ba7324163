package org.m2mx.sipcontainer.flow;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipURI;

/**
 * What the running container knows of flows. {@link Flow} is what applications use; this is for the
 * container.
 */
public interface FlowTable {
  /** See {@link Flow#find(SipServletMessage)}. */
  Optional<Flow> find(SipServletMessage message);

  /** See {@link Flow#isOpen()}. */
  boolean isOpen(Flow flow);

  /** See {@link Flow#route()}. */
  SipURI routeOf(Flow flow);

  /** See {@link Flow#longestSilence()}. */
  Optional<Duration> longestSilence(Flow flow);

  /**
   * The table of the running container.
   *
   * @throws IllegalStateException when no container runs
   */
  static FlowTable current() {
    FlowTable table = Holder.CURRENT.get();
    if (table == null) {
      throw new IllegalStateException("the SIP container is not running");
    }
    return table;
  }

  /**
   * Makes a table the current one.
   *
   * @param table null when the container stops
   */
  static void install(FlowTable table) {
    Holder.CURRENT.set(table);
  }

  /** Holds the current table. */
  final class Holder {
    private static final AtomicReference<FlowTable> CURRENT = new AtomicReference<>();

    private Holder() {}
  }
}
