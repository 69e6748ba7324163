package org.m2mx.registry.binding;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.isp.Domains;

/** Where subscribers are, for those who look after them. */
@ApplicationScoped
public class Devices {
  private final Bindings bindings;
  private final Domains domains;
  private final AuditTrail audit;
  private final Event<DeviceDeregistered> news;
  private final Clock clock;

  /** For the client proxy only. */
  protected Devices() {
    this(null, null, null, null, null);
  }

  /**
   * @param bindings what the registrar keeps
   * @param domains whose domain is whose
   * @param audit where changes are written down
   * @param news where the news goes
   * @param clock tells which are live
   */
  @Inject
  public Devices(
      Bindings bindings,
      Domains domains,
      AuditTrail audit,
      Event<DeviceDeregistered> news,
      Clock clock) {
    this.bindings = bindings;
    this.domains = domains;
    this.audit = audit;
    this.news = news;
    this.clock = clock;
  }

  /** A subscriber's live bindings, the preferred first; empty when it is not registered. */
  @Requires(value = Access.READ, orItself = true)
  public List<Binding> of(@Within Aor aor) {
    return bindings.of(aor, clock.instant());
  }

  /**
   * How many subscribers are registered now.
   *
   * @param domain of the ISP whose they are; null for all
   */
  @Requires(Access.READ)
  public long registered(@Within String domain) {
    var all = domain == null ? Set.<String>of() : Set.copyOf(domains.of(domain));
    return bindings.count(aor -> domain == null || all.contains(aor.domain()), clock.instant());
  }

  /**
   * Ends a binding: calls do not reach the device that way any more. It may register again.
   *
   * @param key the binding's {@link Binding#key}
   * @throws NotFoundException when there is no such binding any more
   */
  @Transactional
  @Requires(value = Access.CHANGE, orItself = true)
  public void deregister(@Within Aor aor, String key) {
    var binding =
        of(aor).stream()
            .filter(one -> one.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new NotFoundException(aor + " is not registered there any more"));
    var facts =
        Facts.of("contact", binding.contact())
            .and("source", binding.source())
            .and("expires", binding.expires());
    audit.add(Change.of(Action.DEVICE_DEREGISTERED, aor, facts, Facts.NONE));
    news.fire(new DeviceDeregistered(aor, binding));
    // Last, for it is on the disk when it returns, whatever becomes of this transaction.
    bindings.remove(aor, key);
  }
}
