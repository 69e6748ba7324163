package org.m2mx.sipcontainer.deployment;

import io.micrometer.core.instrument.Metrics;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.ConfigProvider;
import org.m2mx.sipcontainer.application.SipApplication;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.descriptor.SipDescriptor;
import org.m2mx.sipcontainer.http.HttpSessions;
import org.m2mx.sipcontainer.metrics.SipMeters;
import org.m2mx.sipcontainer.stack.Closing;
import org.m2mx.sipcontainer.stack.SipContainer;

/**
 * The one container that the SIP applications of an enterprise application share. It lives as long
 * as one of them does.
 */
public final class SipRuntime {
  private static final Logger LOG = System.getLogger(SipRuntime.class.getName());
  private static final SipRuntime INSTANCE = new SipRuntime();

  /** How long a stop waits for what has been begun. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Map<ServletContext, SipApplication> applications = new ConcurrentHashMap<>();
  private SipContainer container;

  private SipRuntime() {}

  /** The runtime of this enterprise application. */
  public static SipRuntime instance() {
    return INSTANCE;
  }

  synchronized void deploy(
      SipDescriptor descriptor, ServletContext context, HttpSessions httpSessions)
      throws ServletException, IOException {
    if (container == null) {
      container =
          new SipContainer(
              SipSettings.from(ConfigProvider.getConfig()),
              Clock.systemUTC(),
              this::announce,
              new SipMeters(Metrics.globalRegistry));
    }
    SipApplication application = new SipApplication(descriptor, context, httpSessions, container);
    applications.put(context, application);
    boolean started = false;
    try {
      application.start();
      container.add(application);
      started = true;
    } finally {
      if (!started) {
        undeploy(context);
      }
    }
    LOG.log(Level.INFO, "SIP application {0} started", descriptor.applicationName());
  }

  synchronized void undeploy(ServletContext context) {
    SipApplication application = applications.get(context);
    if (application == null) {
      return;
    }
    String name = application.getApplicationName();
    Closing.step("What %s had begun".formatted(name), () -> drain(application));
    applications.remove(context);
    Closing.step("The service of " + name, () -> container.remove(application));
    if (applications.isEmpty()) {
      container.close();
      container = null;
    }
    Closing.step(name, application::stop);
    LOG.log(Level.INFO, "SIP application {0} stopped", name);
  }

  /** What has been begun is answered first, and nothing more begins. */
  private void drain(SipApplication application) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    if (applications.size() == 1) {
      container.drain(deadline);
    } else {
      application.retire();
    }
    application.drain(deadline);
  }

  private void announce(Object event) {
    for (SipApplication application : applications.values()) {
      try {
        application.fire(event);
      } catch (RuntimeException e) {
        LOG.log(
            Level.ERROR,
            "An observer of %s failed in %s"
                .formatted(event.getClass().getSimpleName(), application.getApplicationName()),
            e);
      }
    }
  }

  /** The application whose class loader the calling thread has; the only one when there is one. */
  public Optional<SipApplication> current() {
    ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
    Collection<SipApplication> all = applications.values();
    return all.stream()
        .filter(application -> application.getSipContextClassLoader() == classLoader)
        .findFirst()
        .or(() -> all.size() == 1 ? Optional.of(all.iterator().next()) : Optional.empty());
  }
}
