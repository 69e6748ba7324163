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
import org.m2mx.registry.isp.Domains;

/**
 * Stands before every method marked {@link Requires}, in whatever way it is called, and before its
 * transaction. A refusal is the same for what exists and what does not: nothing has been looked up
 * yet but whose domain it is, in memory.
 */
@Interceptor
@Requires(Access.ADMINISTER)
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
public class Doorkeeper {
  private static final Logger LOG = System.getLogger(Doorkeeper.class.getName());

  private final Acting acting;
  private final Domains domains;

  /**
   * @param acting knows who is at the door
   * @param domains whose domain is whose
   */
  @Inject
  public Doorkeeper(Acting acting, Domains domains) {
    this.acting = acting;
    this.domains = domains;
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
    var arguments = call.getParameters();
    var place = placeOfWithin(method);
    var within = place < 0 ? null : arguments[place];
    var target = isp(within);
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
    if (within instanceof String) {
      arguments[place] = target;
      call.setParameters(arguments);
    }
    return call.proceed();
  }

  /** Which parameter says what is reached into; negative when none does. */
  private static int placeOfWithin(Method method) {
    var parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].isAnnotationPresent(Within.class)) {
        return i;
      }
    }
    return -1;
  }

  private String isp(Object within) {
    if (within instanceof Aor aor) {
      return domains.ispOf(aor.domain());
    }
    return within == null ? null : domains.ispOf(((String) within).toLowerCase(Locale.ROOT));
  }
}
