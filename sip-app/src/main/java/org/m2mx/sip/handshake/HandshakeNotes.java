package org.m2mx.sip.handshake;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.m2mx.registry.handshake.FailedHandshakes;
import org.m2mx.sipcontainer.tls.HandshakeFailed;

/** Tells the registry of TLS handshakes that failed, so that operators can see why. */
@Singleton
public class HandshakeNotes {
  private final FailedHandshakes handshakes;

  /**
   * @param handshakes where they are counted
   */
  @Inject
  public HandshakeNotes(FailedHandshakes handshakes) {
    this.handshakes = handshakes;
  }

  void failed(@Observes HandshakeFailed event) {
    handshakes.failed(event.flow().remoteAddress(), event.reason());
  }
}
