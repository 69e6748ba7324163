package org.m2mx.sip.event;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.registry.Aor;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Whose the connections are that a subscription depends on: its own, and those of who is watched.
 * What is noted of one goes with it.
 */
public final class ConnectionOwners {
  private final Map<String, Aor> byFlow = new ConcurrentHashMap<>();

  /**
   * Takes note of a connection.
   *
   * @param aor whose it is
   * @return whether it is open; if not, its end may have been told before and nothing is noted
   */
  public boolean note(Flow flow, Aor aor) {
    if (flow.transport() == Transport.UDP) {
      // Nobody tells the end of it.
      return true;
    }
    byFlow.put(flow.token(), aor);
    if (flow.isOpen()) {
      return true;
    }
    byFlow.remove(flow.token());
    return false;
  }

  /**
   * A connection has ended.
   *
   * @return whose it was; empty when nobody depends on it
   */
  public Optional<Aor> ended(Flow flow) {
    return Optional.ofNullable(byFlow.remove(flow.token()));
  }
}
