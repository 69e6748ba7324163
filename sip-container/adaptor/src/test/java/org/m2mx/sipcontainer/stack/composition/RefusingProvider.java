package org.m2mx.sipcontainer.stack.composition;

import java.io.Serializable;
import java.util.List;
import java.util.Properties;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipTargetedRequestInfo;
import javax.servlet.sip.ar.spi.SipApplicationRouterProvider;

/** Provides a router that does not let itself be ended. */
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
      throw new UnsupportedOperationException();
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
    public void applicationUndeployed(List<String> names) {}
  }
}
