package org.m2mx.registry.isp;

import java.util.Set;

/**
 * CDI event, fired in the transaction that opens, changes or deletes an ISP. Observe it after
 * completion.
 *
 * @param domains all that it has, and one that it had until now, in lower case
 * @param deleted whether it goes, and its subscribers with it, who are not told of one by one
 */
public record IspChanged(Set<String> domains, boolean deleted) {
  /** Copies the domains. */
  public IspChanged {
    domains = Set.copyOf(domains);
  }
}
