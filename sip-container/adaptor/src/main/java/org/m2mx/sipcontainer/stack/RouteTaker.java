package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.message.SIPRequest;
import java.io.Serializable;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import javax.servlet.sip.ar.SipTargetedRequestInfo;
import javax.sip.SipException;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.header.RouteHeader;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/**
 * Sends a request where an application router has it go (JSR 289 section 15.4.1, step 2): out, by
 * the routes it returns, but down the flow that an application has chosen for it, if any. The core
 * would put the first route in the place of the Request-URI. A router that fails to end something
 * does not keep the rest from ending.
 */
final class RouteTaker implements SipApplicationRouter {
  private final SipApplicationRouter router;
  private final Predicate<RouteHeader> isExternal;

  /**
   * @param router says which routes
   * @param isExternal whether a route leads out; one that does not is the application's to see
   */
  RouteTaker(SipApplicationRouter router, Predicate<RouteHeader> isExternal) {
    this.router = router;
    this.isExternal = isExternal;
  }

  @Override
  public SipApplicationRouterInfo getNextApplication(
      SipServletRequest request,
      SipApplicationRoutingRegion region,
      SipApplicationRoutingDirective directive,
      SipTargetedRequestInfo targeted,
      Serializable state) {
    SipApplicationRouterInfo next =
        router.getNextApplication(request, region, directive, targeted, state);
    if (next == null || next.getRouteModifier() != SipRouteModifier.ROUTE) {
      return next;
    }
    List<RouteHeader> routes = routes(next.getRoutes());
    if (!isExternal.test(routes.get(0))) {
      return next;
    }
    SIPRequest message = (SIPRequest) ((SipServletRequestImpl) request).getMessage();
    if (!goesDownFlow(message)) {
      push(message, routes);
    }
    return new SipApplicationRouterInfo(
        null,
        next.getRoutingRegion(),
        next.getSubscriberURI(),
        new String[0],
        SipRouteModifier.NO_ROUTE,
        next.getStateInfo());
  }

  private static boolean goesDownFlow(SIPRequest request) {
    RouteList routes = request.getRouteHeaders();
    return routes != null && OutboundRouting.isFlow(routes.getFirst());
  }

  private static List<RouteHeader> routes(String... texts) {
    if (texts == null || texts.length == 0) {
      throw new IllegalArgumentException("the application router says ROUTE and names none");
    }
    List<RouteHeader> routes = new ArrayList<>();
    for (String text : texts) {
      try {
        routes.add(new HeaderFactoryImpl().createRouteHeader(address(text)));
      } catch (ParseException e) {
        throw new IllegalArgumentException(
            "the application router names the route '%s', which is no SIP URI".formatted(text), e);
      }
    }
    return routes;
  }

  /** Of a loose router: to a strict one the stack sends its own URI in place of the callee's. */
  private static Address address(String text) throws ParseException {
    AddressFactoryImpl addresses = new AddressFactoryImpl();
    Address address =
        text.indexOf('<') < 0
            ? addresses.createAddress(addresses.createURI(text))
            : addresses.createAddress(text);
    if (!(address.getURI() instanceof SipURI uri)) {
      throw new ParseException(text, 0);
    }
    uri.setLrParam();
    return address;
  }

  private static void push(SIPRequest request, List<RouteHeader> routes) {
    List<RouteHeader> lastFirst = new ArrayList<>(routes);
    Collections.reverse(lastFirst);
    for (RouteHeader route : lastFirst) {
      try {
        request.addFirst(route);
      } catch (SipException e) {
        throw new IllegalStateException("a Route may stand before others", e);
      }
    }
  }

  @Override
  public void init() {
    router.init();
  }

  @Override
  public void init(Properties properties) {
    router.init(properties);
  }

  @Override
  public void destroy() {
    Closing.step("The application router", router::destroy);
  }

  @Override
  public void applicationDeployed(List<String> names) {
    router.applicationDeployed(names);
  }

  @Override
  public void applicationUndeployed(List<String> names) {
    Closing.step(
        "The application router's part for " + names, () -> router.applicationUndeployed(names));
  }
}
