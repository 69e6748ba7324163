package org.m2mx.sip.presence;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.DeviceDeregistered;
import org.m2mx.registry.isp.IspChanged;
import org.m2mx.registry.permission.PermissionsChanged;
import org.m2mx.registry.subscriber.SubscriberChanged;
import org.m2mx.sip.event.ConnectionOwners;
import org.m2mx.sip.event.Subscriptions;
import org.m2mx.sip.registrar.RegistrationChanged;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowClosed;

/** Who watches whom, at this server. */
@Singleton
public class Watches {
  private static final Logger LOG = System.getLogger(Watches.class.getName());

  private final PresencePolicy policy;
  private final Subscriptions<Watch> byWatcher = new Subscriptions<>();
  private final Subscriptions<Watch> byPresentity = new Subscriptions<>();
  private final ConnectionOwners owners = new ConnectionOwners();

  /**
   * @param policy how many a subscriber may have
   */
  @Inject
  public Watches(PresencePolicy policy) {
    this.policy = policy;
  }

  /** Returns false when the watcher has as many as it may have. */
  boolean add(Watch watch) {
    return byWatcher.add(watch.watcher(), watch, policy.maxSubscriptions())
        && byPresentity.add(watch.presentity(), watch, Integer.MAX_VALUE);
  }

  void remove(Watch watch) {
    byWatcher.remove(watch.watcher(), watch);
    byPresentity.remove(watch.presentity(), watch);
  }

  /**
   * Has those look again who watch an AOR, or whom it watches, when a connection ends.
   *
   * @param flow the connection
   * @param aor whose it is
   * @return whether it is open
   */
  boolean dependOn(Flow flow, Aor aor) {
    return owners.note(flow, aor);
  }

  void registered(@Observes RegistrationChanged registration) {
    byPresentity.of(registration.aor()).forEach(Watches::wake);
  }

  void deregistered(@Observes(during = TransactionPhase.AFTER_SUCCESS) DeviceDeregistered device) {
    byPresentity.of(device.aor()).forEach(Watches::wake);
  }

  void closed(@Observes FlowClosed event) {
    owners.ended(event.flow()).ifPresent(this::wakeThoseOf);
  }

  // What decides whether they may still watch has to know of a change before they look.

  void permissions(
      @Observes(during = TransactionPhase.AFTER_COMPLETION)
          @Priority(Interceptor.Priority.LIBRARY_AFTER)
          PermissionsChanged permissions) {
    permissions
        .callee()
        .ifPresentOrElse(callee -> byPresentity.of(callee).forEach(Watches::wake), this::wakeAll);
  }

  void subscriber(
      @Observes(during = TransactionPhase.AFTER_COMPLETION)
          @Priority(Interceptor.Priority.LIBRARY_AFTER)
          SubscriberChanged subscriber) {
    wakeThoseOf(subscriber.aor());
  }

  void isp(
      @Observes(during = TransactionPhase.AFTER_COMPLETION)
          @Priority(Interceptor.Priority.LIBRARY_AFTER)
          IspChanged isp) {
    wakeAll();
  }

  private void wakeAll() {
    byWatcher.all().forEach(Watches::wake);
  }

  private void wakeThoseOf(Aor aor) {
    byPresentity.of(aor).forEach(Watches::wake);
    byWatcher.of(aor).forEach(Watches::wake);
  }

  private static void wake(Watch watch) {
    try {
      watch.wake();
    } catch (IllegalStateException gone) {
      LOG.log(Level.DEBUG, "A watcher of {0} has gone", watch.presentity());
    }
  }
}
