package org.m2mx.sipcontainer.stack;

import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.spi.SipApplicationRouterProvider;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.router.DefaultRouter;
import org.m2mx.sipcontainer.security.Challenger;

/**
 * The application router that is configured.
 *
 * @param router asked for each initial request
 * @param serves whether a method that comes from the network is to get to the router at all
 * @param challenger asks strangers before the router would be
 */
record Routers(SipApplicationRouter router, Predicate<String> serves, Challenger challenger) {

  /** Where a router is configured it has to be asked which application a request comes to first. */
  private static final Challenger NOBODY = request -> Optional.empty();

  /**
   * Makes it.
   *
   * @param otherwise has the applications, and is taken when none is configured
   * @throws InvalidSettingException when it cannot be made
   */
  static Routers of(SipSettings settings, ApplicationChain otherwise) {
    if (settings.routerFile().isPresent()) {
      DefaultRouter router = new DefaultRouter(settings.routerFile().get());
      return new Routers(router, router::serves, NOBODY);
    }
    return settings
        .routerProvider()
        .map(name -> new Routers(provided(name), otherwise::serves, NOBODY))
        .orElseGet(() -> new Routers(otherwise, otherwise::serves, otherwise::challenge));
  }

  private static SipApplicationRouter provided(String className) {
    try {
      Class<?> type =
          Class.forName(className, true, Thread.currentThread().getContextClassLoader());
      SipApplicationRouterProvider provider =
          (SipApplicationRouterProvider) type.getDeclaredConstructor().newInstance();
      return Objects.requireNonNull(provider.getSipApplicationRouter(), "it provides no router");
    } catch (InvocationTargetException e) {
      throw unusable(className, e.getCause());
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw unusable(className, e);
    }
  }

  private static InvalidSettingException unusable(String className, Throwable cause) {
    return new InvalidSettingException(
        SipSettings.APPLICATION_ROUTER_PROVIDER,
        className,
        "expected a class of the first application or its EAR that extends %s and has a constructor without parameters: %s"
            .formatted(SipApplicationRouterProvider.class.getName(), cause),
        cause);
  }
}
