package org.m2mx.registry.binding;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;

/** Where subscribers are, for those who look after them. */
@ApplicationScoped
public class Devices {
  private final Bindings bindings;
  private final Clock clock;

  /** For the client proxy only. */
  protected Devices() {
    this(null, null);
  }

  /**
   * @param bindings what the registrar keeps
   * @param clock tells which are live
   */
  @Inject
  public Devices(Bindings bindings, Clock clock) {
    this.bindings = bindings;
    this.clock = clock;
  }

  /** A subscriber's live bindings, the preferred first; empty when it is not registered. */
  @Requires(Access.READ)
  public List<Binding> of(@Within Aor aor) {
    return bindings.of(aor, clock.instant());
  }
}
