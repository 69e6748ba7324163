package org.m2mx.sipcontainer.stack.composition;

import java.io.Serializable;
import java.util.List;
import java.util.Properties;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import javax.servlet.sip.ar.SipTargetedRequestInfo;
import javax.servlet.sip.ar.spi.SipApplicationRouterProvider;

/** Provides a router that takes the user of the Request-URI for the name of the application. */
public class ByUserProvider extends SipApplicationRouterProvider {

  @Override
  public SipApplicationRouter getSipApplicationRouter() {
    return new ByUser();
  }

  /** What is chosen for a user; null of nobody. */
  protected SipApplicationRouterInfo chosen(String user) {
    return new SipApplicationRouterInfo(
        user,
        SipApplicationRoutingRegion.NEUTRAL_REGION,
        "sip:router@example.org",
        new String[0],
        SipRouteModifier.NO_ROUTE,
        null);
  }

  private final class ByUser implements SipApplicationRouter {
    @Override
    public SipApplicationRouterInfo getNextApplication(
        SipServletRequest request,
        SipApplicationRoutingRegion region,
        SipApplicationRoutingDirective directive,
        SipTargetedRequestInfo targeted,
        Serializable state) {
      return chosen(
          directive == SipApplicationRoutingDirective.NEW
              ? ((SipURI) request.getRequestURI()).getUser()
              : null);
    }

    @Override
    public void init() {}

    @Override
    public void init(Properties properties) {}

    @Override
    public void destroy() {}

    @Override
    public void applicationDeployed(List<String> names) {}

    @Override
    public void applicationUndeployed(List<String> names) {}
  }
}
