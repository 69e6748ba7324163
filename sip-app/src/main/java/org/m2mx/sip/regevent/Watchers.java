package org.m2mx.sip.regevent;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.DeviceDeregistered;
import org.m2mx.sip.event.ConnectionOwners;
import org.m2mx.sip.event.Subscriptions;
import org.m2mx.sip.registrar.RegistrationChanged;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowClosed;

/** Who watches whose registration, at this server. */
@Singleton
public class Watchers {
  private static final Logger LOG = System.getLogger(Watchers.class.getName());

  /** As many as an AOR has bindings by default. */
  private static final int MOST_PER_AOR = 10;

  private final Subscriptions<Watcher> byAor = new Subscriptions<>();
  private final ConnectionOwners owners = new ConnectionOwners();

  void changed(@Observes RegistrationChanged registration) {
    changed(registration.aor());
  }

  /** Before the binding goes: whoever looks from then on shall know who has ended it. */
  void takenAway(@Observes DeviceDeregistered device) {
    byAor.of(device.aor()).forEach(watcher -> watcher.takenAway(device.binding().contact()));
  }

  void deregistered(@Observes(during = TransactionPhase.AFTER_SUCCESS) DeviceDeregistered device) {
    changed(device.aor());
  }

  private void changed(Aor aor) {
    byAor.of(aor).forEach(Watchers::wake);
  }

  /** Returns false when the AOR has as many watchers as it may have. */
  boolean add(Watcher watcher) {
    return byAor.add(watcher.aor(), watcher, MOST_PER_AOR);
  }

  void remove(Watcher watcher) {
    byAor.remove(watcher.aor(), watcher);
  }

  /**
   * Has the watchers of an AOR look again when a connection ends.
   *
   * @param flow of one of them, or of a device that they watch
   * @return whether it is open
   */
  boolean dependOn(Flow flow, Aor aor) {
    return owners.note(flow, aor);
  }

  void closed(@Observes FlowClosed event) {
    owners.ended(event.flow()).ifPresent(this::changed);
  }

  private static void wake(Watcher watcher) {
    try {
      watcher.wake();
    } catch (IllegalStateException gone) {
      LOG.log(Level.DEBUG, "A watcher of {0} has gone: {1}", watcher.aor(), gone.getMessage());
      watcher.drop();
    }
  }
}
