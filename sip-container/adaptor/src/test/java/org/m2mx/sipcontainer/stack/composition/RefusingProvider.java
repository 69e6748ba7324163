package org.m2mx.sipcontainer.stack.composition;

import java.io.Serializable;
import java.util.List;
import java.util.Properties;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import javax.servlet.sip.ar.SipTargetedRequestInfo;
import javax.servlet.sip.ar.spi.SipApplicationRouterProvider;

/** Provides a router to one application that does not let anything be ended. */
public class RefusingProvider extends SipApplicationRouterProvider {

  @Override
  public SipApplicationRouter getSipApplicationRouter() {
    return new Refusing();
  }

  private static final class Refusing implements SipApplicationRouter {
    @Override
    public SipApplicationRouterInfo getNextApplication(
        SipServletRequest request,
        SipApplicationRoutingRegion region,
        SipApplicationRoutingDirective directive,
        SipTargetedRequestInfo targeted,
        Serializable state) {
      return new SipApplicationRouterInfo(
          "test",
          SipApplicationRoutingRegion.NEUTRAL_REGION,
          "sip:router@example.org",
          new String[0],
          SipRouteModifier.NO_ROUTE,
          null);
    }

    @Override
    public void init() {}

    @Override
    public void init(Properties properties) {}

    @Override
    public void destroy() {
      throw new IllegalStateException("not now");
    }

    @Override
    public void applicationDeployed(List<String> names) {}

    @Override
    public void applicationUndeployed(List<String> names) {
      throw new IllegalStateException("not yet");
    }
  }
}
