package org.m2mx.sip.registrar;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.sipcontainer.flow.FlowClosed;

/**
 * Ends a binding when its connection ends: nothing reaches the device that way any more (RFC 5626
 * section 5.3), and a device that comes back makes a new one.
 */
@Singleton
public class ClosedFlows {
  private static final Logger LOG = System.getLogger(ClosedFlows.class.getName());

  private final Bindings bindings;

  /**
   * @param bindings to be ended
   */
  @Inject
  public ClosedFlows(Bindings bindings) {
    this.bindings = bindings;
  }

  void ended(@Observes FlowClosed event) {
    bindings
        .removeFlow(event.flow().token())
        .thenAccept(removed -> log(removed, event.flow().remoteAddress()));
  }

  private static void log(int removed, String address) {
    if (removed > 0) {
      LOG.log(Level.INFO, "{0} bindings ended with their connection from {1}", removed, address);
    }
  }
}
