package org.m2mx.sipcontainer.application;

import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.inject.spi.InjectionTarget;
import jakarta.enterprise.inject.spi.InjectionTargetFactory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.m2mx.sipcontainer.cdi.ResourceFields;
import org.m2mx.sipcontainer.stack.Closing;

/**
 * Makes SIP servlets and listeners. Where the application has CDI they are beans: the bean of their
 * class when there is one, else an instance that is injected like one.
 */
final class Beans {
  private static final Logger LOG = System.getLogger(Beans.class.getName());

  private final BeanManager manager;
  private final Bean<?> requestContextController;
  private final Queue<RequestContextController> requestContexts = new ConcurrentLinkedQueue<>();
  private final List<Runnable> releases = new ArrayList<>();

  /** Looks up the bean manager of the application the calling thread is in. */
  Beans() {
    this.manager = lookUp();
    this.requestContextController =
        manager == null ? null : manager.resolve(manager.getBeans(RequestContextController.class));
  }

  private static BeanManager lookUp() {
    try {
      return InitialContext.doLookup("java:comp/BeanManager");
    } catch (NamingException e) {
      LOG.log(Level.DEBUG, "No BeanManager by its name: {0}", e.getMessage());
    }
    try {
      return CDI.current().getBeanManager();
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, "The application has no CDI", e);
      return null;
    }
  }

  /**
   * A controller of the request context, for one call; null without CDI. To be given back with
   * {@link #free}: making one costs more than most calls do.
   */
  RequestContextController requestContext() {
    if (manager == null) {
      return null;
    }
    RequestContextController used = requestContexts.poll();
    return used != null
        ? used
        : (RequestContextController)
            manager.getReference(
                requestContextController,
                RequestContextController.class,
                manager.createCreationalContext(null));
  }

  /** Takes back what {@link #requestContext} gave, deactivated. */
  void free(RequestContextController requestContext) {
    if (requestContext != null) {
      requestContexts.add(requestContext);
    }
  }

  /** Fires an event to the application's observers; ignored without CDI. */
  void fire(Object event) {
    if (manager != null) {
      manager.getEvent().fire(event);
    }
  }

  /**
   * The application's bean of a type; empty when there is none, or no CDI.
   *
   * @throws jakarta.enterprise.inject.AmbiguousResolutionException when there are several
   */
  <T> Optional<T> only(Class<T> type) {
    Bean<?> bean = manager == null ? null : manager.resolve(manager.getBeans(type));
    return bean == null ? Optional.empty() : Optional.of(managed(type, bean));
  }

  /**
   * Makes an instance.
   *
   * @throws ReflectiveOperationException when there is no CDI and the class cannot be instantiated
   */
  <T> T create(Class<T> type) throws ReflectiveOperationException {
    if (manager == null) {
      return type.getDeclaredConstructor().newInstance();
    }
    Set<Bean<?>> beans = manager.getBeans(type);
    Bean<?> bean =
        beans.stream()
            .filter(candidate -> candidate.getBeanClass() == type)
            .findFirst()
            .orElse(null);
    return bean == null ? unmanaged(type) : managed(type, bean);
  }

  private <T> T managed(Class<T> type, Bean<?> bean) {
    CreationalContext<?> context = manager.createCreationalContext(bean);
    releases.add(context::release);
    return type.cast(manager.getReference(bean, type, context));
  }

  private <T> T unmanaged(Class<T> type) {
    InjectionTargetFactory<T> injected =
        manager.getInjectionTargetFactory(manager.createAnnotatedType(type));
    ResourceFields.take(injected.configure());
    InjectionTarget<T> target = injected.createInjectionTarget(null);
    CreationalContext<T> context = manager.createCreationalContext(null);
    T instance = target.produce(context);
    target.inject(instance, context);
    target.postConstruct(instance);
    releases.add(
        () -> {
          target.preDestroy(instance);
          target.dispose(instance);
          context.release();
        });
    return instance;
  }

  /** Destroys the instances made, the latest first. */
  void release() {
    for (int i = releases.size() - 1; i >= 0; i--) {
      Closing.step("A SIP servlet or listener", releases.get(i)::run);
    }
    releases.clear();
    requestContexts.clear();
  }
}
