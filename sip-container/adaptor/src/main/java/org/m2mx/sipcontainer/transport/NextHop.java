package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.message.SIPRequest;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.address.URI;

/** Where a request goes next (RFC 3261 section 8.1.2). */
public final class NextHop {
  private NextHop() {}

  /**
   * The topmost Route, or else the Request-URI.
   *
   * @throws SipException when it is no SIP URI
   */
  public static SipURI of(SIPRequest request) throws SipException {
    RouteList routes = request.getRouteHeaders();
    URI target =
        routes == null || routes.isEmpty()
            ? request.getRequestURI()
            : ((Route) routes.getFirst()).getAddress().getURI();
    if (target instanceof SipURI sipUri) {
      return sipUri;
    }
    throw new SipException("cannot route to " + target);
  }
}
