package org.m2mx.sipcontainer.flow;

import java.util.Objects;

/**
 * CDI event: a connection is no more. Fired once for each connection, asynchronously to the close,
 * in every SIP application, with {@code Event.fire}. UDP flows have no end.
 *
 * @param flow the flow, now closed for good
 */
public record FlowClosed(Flow flow) {
  /** Checks for null. */
  public FlowClosed {
    Objects.requireNonNull(flow);
  }
}
