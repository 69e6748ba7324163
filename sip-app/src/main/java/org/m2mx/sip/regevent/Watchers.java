package org.m2mx.sip.regevent;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.DeviceDeregistered;
import org.m2mx.sip.registrar.RegistrationChanged;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowClosed;

/** Who watches whose registration, at this server. */
@Singleton
public class Watchers {
  private static final Logger LOG = System.getLogger(Watchers.class.getName());

  /** As many as an AOR has bindings by default. */
  private static final int MOST_PER_AOR = 10;

  private final ConcurrentMap<Aor, Set<Watcher>> byAor = new ConcurrentHashMap<>();

  /** Whose watchers want to know when a connection ends. */
  private final Map<String, Aor> byFlow = new ConcurrentHashMap<>();

  void changed(@Observes RegistrationChanged registration) {
    changed(registration.aor());
  }

  /** Before the binding goes: whoever looks from then on shall know who has ended it. */
  void takenAway(@Observes DeviceDeregistered device) {
    byAor
        .getOrDefault(device.aor(), Set.of())
        .forEach(watcher -> watcher.takenAway(device.binding().contact()));
  }

  void deregistered(@Observes(during = TransactionPhase.AFTER_SUCCESS) DeviceDeregistered device) {
    changed(device.aor());
  }

  private void changed(Aor aor) {
    byAor.getOrDefault(aor, Set.of()).forEach(Watchers::wake);
  }

  /** Returns false when the AOR has as many watchers as it may have. */
  boolean add(Watcher watcher, Flow flow) {
    depends(watcher.aor(), flow.token());
    Set<Watcher> all = byAor.computeIfAbsent(watcher.aor(), none -> ConcurrentHashMap.newKeySet());
    if (all.size() >= MOST_PER_AOR) {
      return false;
    }
    all.add(watcher);
    return true;
  }

  void remove(Watcher watcher) {
    byAor.computeIfPresent(
        watcher.aor(),
        (aor, all) -> {
          all.remove(watcher);
          return all.isEmpty() ? null : all;
        });
  }

  void depends(Aor aor, String flowToken) {
    if (flowToken != null && byAor.containsKey(aor)) {
      byFlow.put(flowToken, aor);
    }
  }

  /** After those who end the bindings of the connection. */
  void ended(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) FlowClosed event) {
    Aor aor = byFlow.remove(event.flow().token());
    if (aor != null) {
      changed(aor);
    }
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
