package org.m2mx.sipcontainer.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipSessionsUtil;
import javax.servlet.sip.TimerService;
import org.m2mx.sipcontainer.application.SipApplication;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.m2mx.sipcontainer.deployment.SipRuntime;

/** What SIP applications can have injected (JSR 289 section 18.4). */
@ApplicationScoped
public class SipResources {

  /** The factory of the application that asks. */
  @Produces
  public SipFactory sipFactory() {
    return application().getSipFactoryFacade();
  }

  /** The timer service of the application that asks. */
  @Produces
  public TimerService timerService() {
    return application().getTimerService();
  }

  /** The sessions of the application that asks. */
  @Produces
  public SipSessionsUtil sipSessionsUtil() {
    return application().getSipSessionsUtil();
  }

  /** Where the application that asks goes on with what it has not answered yet. */
  @Produces
  public Continuations continuations() {
    return application().continuations();
  }

  private static SipApplication application() {
    return SipRuntime.instance()
        .current()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "SIP resources can be injected only into a SIP application that has started"));
  }
}
