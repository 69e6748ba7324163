package org.m2mx.sip.presence;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.DeviceDeregistered;
import org.m2mx.registry.isp.IspChanged;
import org.m2mx.registry.permission.PermissionsChanged;
import org.m2mx.registry.subscriber.SubscriberChanged;
import org.m2mx.sip.registrar.RegistrationChanged;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowClosed;

/** Who watches whom, at this server. */
@Singleton
public class Watches {
  private static final Logger LOG = System.getLogger(Watches.class.getName());

  private final PresencePolicy policy;
  private final Map<Aor, Set<Watch>> byWatcher = new ConcurrentHashMap<>();
  private final Map<Aor, Set<Watch>> byPresentity = new ConcurrentHashMap<>();

  /** Whose each connection is, as far as they watch or are watched. It goes with the connection. */
  private final Map<String, Aor> byFlow = new ConcurrentHashMap<>();

  /**
   * @param policy how many a subscriber may have
   */
  @Inject
  public Watches(PresencePolicy policy) {
    this.policy = policy;
  }

  /** Returns false when the watcher has as many as it may have. */
  boolean add(Watch watch) {
    AtomicBoolean added = new AtomicBoolean();
    byWatcher.compute(
        watch.watcher(),
        (watcher, present) -> {
          Set<Watch> all = present == null ? ConcurrentHashMap.newKeySet() : present;
          added.set(all.size() < policy.maxSubscriptions() && all.add(watch));
          return all;
        });
    if (added.get()) {
      byPresentity.compute(
          watch.presentity(),
          (presentity, present) -> {
            Set<Watch> all = present == null ? ConcurrentHashMap.newKeySet() : present;
            all.add(watch);
            return all;
          });
    }
    return added.get();
  }

  void remove(Watch watch) {
    remove(byWatcher, watch.watcher(), watch);
    remove(byPresentity, watch.presentity(), watch);
  }

  /**
   * Has those look again who watch an AOR, or whom it watches, when a connection ends.
   *
   * @param flow the connection
   * @param aor whose it is
   * @return whether it is open
   */
  boolean dependOn(Flow flow, Aor aor) {
    byFlow.put(flow.token(), aor);
    if (flow.isOpen()) {
      return true;
    }
    byFlow.remove(flow.token());
    return false;
  }

  void registered(@Observes RegistrationChanged registration) {
    byPresentity.getOrDefault(registration.aor(), Set.of()).forEach(Watches::wake);
  }

  void deregistered(@Observes(during = TransactionPhase.AFTER_SUCCESS) DeviceDeregistered device) {
    byPresentity.getOrDefault(device.aor(), Set.of()).forEach(Watches::wake);
  }

  /** After those who end the bindings of the connection. */
  void closed(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) FlowClosed event) {
    Aor aor = byFlow.remove(event.flow().token());
    if (aor != null) {
      wakeThoseOf(aor);
    }
  }

  // What decides whether they may still watch has to know of a change before they look.

  void permissions(
      @Observes(during = TransactionPhase.AFTER_COMPLETION)
          @Priority(Interceptor.Priority.LIBRARY_AFTER)
          PermissionsChanged permissions) {
    permissions
        .callee()
        .ifPresentOrElse(
            callee -> byPresentity.getOrDefault(callee, Set.of()).forEach(Watches::wake),
            this::wakeAll);
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
    byWatcher.values().forEach(watches -> watches.forEach(Watches::wake));
  }

  private void wakeThoseOf(Aor aor) {
    byPresentity.getOrDefault(aor, Set.of()).forEach(Watches::wake);
    byWatcher.getOrDefault(aor, Set.of()).forEach(Watches::wake);
  }

  private static void remove(Map<Aor, Set<Watch>> map, Aor aor, Watch watch) {
    map.computeIfPresent(
        aor,
        (key, watches) -> {
          watches.remove(watch);
          return watches.isEmpty() ? null : watches;
        });
  }

  private static void wake(Watch watch) {
    try {
      watch.wake();
    } catch (IllegalStateException gone) {
      LOG.log(Level.DEBUG, "A watcher of {0} has gone", watch.presentity());
    }
  }
}
