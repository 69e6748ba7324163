package org.m2mx.console.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.m2mx.registry.access.Acting;

/** Work that goes on when the request that asked for it has been answered. */
@ApplicationScoped
public class OnBehalf {
  private final Acting acting;

  /** For the client proxy only. */
  protected OnBehalf() {
    this(null);
  }

  /**
   * @param acting knows who asks
   */
  @Inject
  public OnBehalf(Acting acting) {
    this.acting = acting;
  }

  /**
   * Work to be done later, in another thread, as if whoever asks now did it then.
   *
   * @throws org.m2mx.registry.access.AccessDeniedException when nobody does
   */
  public Runnable later(Runnable work) {
    var actor = acting.required();
    return () -> acting.<RuntimeException, RuntimeException>as(actor, work::run);
  }
}
