package org.m2mx.sip.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowClosed;

/**
 * Whose a connection is: the first AOR that is proven on it owns it until it ends. UDP has no
 * connections, and those of edge proxies carry many subscribers.
 */
@Singleton
public class ProvenFlows {
  // Far beyond what a server holds open. What is forgotten is proven again: every request is.
  private static final long MOST = 1_000_000;
  private static final Duration SILENCE = Duration.ofDays(1);

  private final EdgeProxies edgeProxies;
  private final Cache<Flow, Aor> owners =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterAccess(SILENCE)
          .executor(Runnable::run)
          .build();

  /**
   * @param edgeProxies whose connections belong to no single subscriber
   */
  @Inject
  public ProvenFlows(EdgeProxies edgeProxies) {
    this.edgeProxies = edgeProxies;
  }

  /** Who has been proven on a flow; empty when nobody has. */
  Optional<Aor> owner(Flow flow) {
    return Optional.ofNullable(owners.getIfPresent(flow));
  }

  /** Takes note of a proof. */
  void proven(Flow flow, Aor owner) {
    if (flow.transport() != Transport.UDP && !edgeProxies.opened(flow)) {
      owners.put(flow, owner);
    }
  }

  void ended(@Observes FlowClosed event) {
    owners.invalidate(event.flow());
  }
}
