package org.m2mx.registry.access;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.Locale;
import org.m2mx.registry.Aor;

/**
 * Stands before every method marked {@link Requires}, in whatever way it is called, and before its
 * transaction. A refusal is the same for what exists and what does not: nothing has been looked up
 * yet.
 */
@Interceptor
@Requires(Access.ADMINISTER)
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
public class Doorkeeper {
  private static final Logger LOG = System.getLogger(Doorkeeper.class.getName());

  private final Acting acting;

  /**
   * @param acting knows who is at the door
   */
  @Inject
  public Doorkeeper(Acting acting) {
    this.acting = acting;
  }

  /**
   * Lets the call through or not.
   *
   * @throws AccessDeniedException when the actor may not, or there is none
   * @throws Exception whatever the method throws
   */
  @AroundInvoke
  public Object check(InvocationContext call) throws Exception {
    var method = call.getMethod();
    var requires = method.getAnnotation(Requires.class);
    var access = requires.value();
    var within = within(method, call.getParameters());
    var target = domain(within);
    var actor = acting.required();
    if (!actor.may(access, target)
        && !(requires.orItself() && within instanceof Aor aor && actor.is(aor))) {
      LOG.log(
          Level.WARNING,
          "Refused: {0} ({1} of {2}, from {3}) asked to {4} {5}: {6}.{7}",
          actor.name(),
          actor.role(),
          actor.domain() == null ? "all ISPs" : actor.domain(),
          actor.source(),
          access,
          target == null ? "the platform" : target,
          method.getDeclaringClass().getSimpleName(),
          method.getName());
      throw new AccessDeniedException(
          actor.name()
              + " may not "
              + access.name().toLowerCase(Locale.ROOT)
              + (target == null ? " all ISPs" : " " + target));
    }
    return call.proceed();
  }

  private static Object within(Method method, Object[] arguments) {
    var parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].isAnnotationPresent(Within.class)) {
        return arguments[i];
      }
    }
    return null;
  }

  private static String domain(Object argument) {
    if (argument instanceof Aor aor) {
      return aor.domain();
    }
    return argument == null ? null : ((String) argument).toLowerCase(Locale.ROOT);
  }
}
