package org.m2mx.sipcontainer.application;

import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.m2mx.sipcontainer.security.ServerSecurity;
import org.m2mx.sipcontainer.stack.SessionLocks;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/**
 * Calls application code from the container's own threads as if it were called by the server: with
 * the application's class loader and naming context, no transaction left over, and an active CDI
 * request context.
 */
final class Invocation {
  private static final Logger LOG = System.getLogger(Invocation.class.getName());
  private static final String CONTEXT_SERVICE = "java:comp/DefaultContextService";

  private static final ThreadLocal<Stay> CURRENT = new ThreadLocal<>();

  /**
   * That a thread is in an application.
   *
   * @param where whose it is
   * @param request for the sake of which it is there; empty for none
   */
  private record Stay(Invocation where, Optional<SipServletRequestImpl> request) {}

  /** Application code. */
  @FunctionalInterface
  interface Code<T> {
    /** Runs it. */
    T run() throws ServletException, IOException;
  }

  private final Executor context;
  private final Beans beans;
  private final AtomicInteger inside = new AtomicInteger();

  /** Captures the context of the calling thread, which must be the application's. */
  Invocation(Beans beans) {
    this.beans = beans;
    this.context = captureContext();
  }

  private static Executor captureContext() {
    try {
      ContextService service = InitialContext.doLookup(CONTEXT_SERVICE);
      return service.currentContextExecutor();
    } catch (NamingException e) {
      LOG.log(
          Level.WARNING, "No {0}: SIP servlets have no java:comp on this server", CONTEXT_SERVICE);
      ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
      return task -> {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(classLoader);
        try {
          task.run();
        } finally {
          Thread.currentThread().setContextClassLoader(before);
        }
      };
    }
  }

  /** What is called from within, such as a listener when a servlet ends a session, is there. */
  <T> T call(Code<T> code) throws ServletException, IOException {
    return call(Optional.empty(), code);
  }

  private <T> T call(Optional<SipServletRequestImpl> request, Code<T> code)
      throws ServletException, IOException {
    Stay before = CURRENT.get();
    if (before != null && before.where() == this) {
      return code.run();
    }
    CURRENT.set(new Stay(this, request));
    inside.incrementAndGet();
    try {
      return enter(code);
    } finally {
      inside.decrementAndGet();
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** The same, for whom an executor of the server's security acts. */
  <T> T call(Executor identity, Code<T> code) throws ServletException, IOException {
    return call(identity, Optional.empty(), code);
  }

  /** The same, for the sake of a request. */
  <T> T call(Executor identity, Optional<SipServletRequestImpl> request, Code<T> code)
      throws ServletException, IOException {
    return call(request, identity == ServerSecurity.UNCHANGED ? code : () -> as(identity, code));
  }

  /** For the sake of which request the thread is in the application; empty for none. */
  Optional<SipServletRequestImpl> request() {
    Stay stay = CURRENT.get();
    return stay != null && stay.where() == this ? stay.request() : Optional.empty();
  }

  /** Whether a thread is in the application now. */
  boolean isAnyoneInside() {
    return inside.get() > 0;
  }

  private static <T> T as(Executor identity, Code<T> code) throws ServletException, IOException {
    Outcome<T> outcome = new Outcome<>();
    identity.execute(() -> outcome.of(code));
    return outcome.get();
  }

  private <T> T enter(Code<T> code) throws ServletException, IOException {
    Outcome<T> outcome = new Outcome<>();
    context.execute(
        () -> {
          RequestContextController requestContext = beans.requestContext();
          SessionLocks.Scope scope = SessionLocks.open();
          boolean activated = requestContext != null && requestContext.activate();
          try {
            outcome.of(code);
          } finally {
            if (activated) {
              requestContext.deactivate();
            }
            scope.close();
          }
          beans.free(requestContext);
        });
    return outcome.get();
  }

  private static final class Outcome<T> {
    private T value;
    private Throwable thrown;

    void of(Code<T> code) {
      try {
        value = code.run();
      } catch (ServletException | IOException | RuntimeException | Error e) {
        thrown = e;
      }
    }

    T get() throws ServletException, IOException {
      if (thrown instanceof ServletException e) {
        throw e;
      } else if (thrown instanceof IOException e) {
        throw e;
      } else if (thrown instanceof RuntimeException e) {
        throw e;
      } else if (thrown instanceof Error e) {
        throw e;
      }
      return value;
    }
  }
}
