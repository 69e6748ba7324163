package org.m2mx.sipcontainer.application;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EventListener;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.session.SipListenersHolder;

/** The listeners of an application, each called in its application's context. */
final class Listeners extends SipListenersHolder {
  private final Invocation invocation;

  Listeners(SipContext application, Invocation invocation) {
    super(application);
    this.invocation = invocation;
  }

  /**
   * Adds a listener of any of the types JSR 289 and the core define.
   *
   * @param identity for whom it acts
   */
  void add(EventListener listener, Executor identity) {
    addListenerToBunch(inContext(listener, identity));
  }

  @Override
  public boolean loadListeners(String[] names, ClassLoader classLoader) {
    throw new UnsupportedOperationException("listeners are added one by one");
  }

  private EventListener inContext(EventListener listener, Executor identity) {
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    for (Class<?> type = listener.getClass(); type != null; type = type.getSuperclass()) {
      for (Class<?> implemented : type.getInterfaces()) {
        if (EventListener.class.isAssignableFrom(implemented)) {
          interfaces.add(implemented);
        }
      }
    }
    return (EventListener)
        Proxy.newProxyInstance(
            listener.getClass().getClassLoader(),
            interfaces.toArray(Class<?>[]::new),
            new Handler(listener, invocation, identity));
  }

  private record Handler(EventListener listener, Invocation invocation, Executor identity)
      implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (method.getDeclaringClass() == Object.class) {
        return method.invoke(listener, arguments);
      }
      return invocation.call(identity, () -> call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws ServletException, IOException {
      try {
        return method.invoke(listener, arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        } else if (e.getCause() instanceof Error cause) {
          throw cause;
        }
        throw new ServletException(e.getCause());
      } catch (IllegalAccessException e) {
        throw new ServletException(e);
      }
    }
  }
}
