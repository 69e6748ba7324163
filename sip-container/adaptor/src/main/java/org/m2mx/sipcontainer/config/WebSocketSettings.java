package org.m2mx.sipcontainer.config;

import java.time.Duration;
import java.util.Set;

/**
 * What WebSockets use.
 *
 * @param origins web origins in lower case whose pages may connect; {@code *} stands for all
 * @param pingInterval of silence after which a peer is asked for a sign of life; zero means never
 */
public record WebSocketSettings(Set<String> origins, Duration pingInterval) {
  /** Copies the set. */
  public WebSocketSettings {
    origins = Set.copyOf(origins);
  }
}
