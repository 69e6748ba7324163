package org.m2mx.sipcontainer.stack;

import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.spi.SipApplicationRouterProvider;

/** Hands the core its application router; the core makes this by its class name. */
public final class RouterProvider extends SipApplicationRouterProvider {
  private static final ThreadLocal<SipApplicationRouter> SUPPLIED = new ThreadLocal<>();

  /** Sets what the next provider made on this thread returns. */
  static void supply(SipApplicationRouter router) {
    SUPPLIED.set(router);
  }

  @Override
  public SipApplicationRouter getSipApplicationRouter() {
    SipApplicationRouter router = SUPPLIED.get();
    SUPPLIED.remove();
    return router;
  }
}
