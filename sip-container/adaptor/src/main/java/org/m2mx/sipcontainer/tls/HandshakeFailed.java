package org.m2mx.sipcontainer.tls;

import java.util.Objects;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * CDI event: a TLS or WebSocket handshake did not succeed. Fired on a thread of the container in
 * every SIP application, at most ten times a second; what is beyond is only counted in the log.
 *
 * @param flow the connection, which is closed by now
 * @param reason for people, in English; tells a certificate that is not trusted from a peer that
 *     fell silent
 */
public record HandshakeFailed(Flow flow, String reason) {
  /** Checks for null. */
  public HandshakeFailed {
    Objects.requireNonNull(flow);
    Objects.requireNonNull(reason);
  }
}
