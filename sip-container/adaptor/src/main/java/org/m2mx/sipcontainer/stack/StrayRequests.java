package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Optional;
import java.util.Set;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.message.Request;
import org.mobicents.servlet.sip.core.SipApplicationDispatcherImpl;
import org.mobicents.servlet.sip.core.dispatchers.MessageDispatcher;

/**
 * Requests that claim to belong to a dialog of this server's by what this server puts into its
 * Record-Routes, its tags and its Contacts, and has not put there. The core would fail on them.
 */
final class StrayRequests {
  /** Those that begin nothing. */
  private static final Set<String> WITHIN_DIALOGS =
      Set.of(Request.ACK, Request.BYE, Request.INFO, Request.PRACK, Request.UPDATE);

  private final SipApplicationDispatcherImpl core;

  /** Takes who knows the applications. */
  StrayRequests(SipApplicationDispatcherImpl core) {
    this.core = core;
  }

  /** Whether this is one. */
  boolean claim(SIPRequest request) {
    Optional<SipURI> route = ownRoute(request);
    Optional<SipURI> target = sip(request.getRequestURI());
    String tag = request.getToTag();
    if (tag == null) {
      return WITHIN_DIALOGS.contains(request.getMethod())
          || route.isPresent()
              && (isOfADialog(route) || isOfADialog(target))
              && !namesAnApplication(route.get());
    }
    if (hasName(route)) {
      return !namesAnApplication(route.get());
    }
    String[] parts = tag.split("_", -1);
    if (parts.length > 2 && parts[1].equalsIgnoreCase(core.getApplicationServerIdHash())) {
      return parts.length < 4 || core.getApplicationNameFromHash(parts[2]) == null;
    }
    return hasName(target) && !namesAnApplication(target.get());
  }

  private Optional<SipURI> ownRoute(SIPRequest request) {
    RouteList routes = request.getRouteHeaders();
    if (routes == null || core.isRouteExternal((Route) routes.getFirst())) {
      return Optional.empty();
    }
    return sip(((Route) routes.getFirst()).getAddress().getURI());
  }

  private static Optional<SipURI> sip(URI uri) {
    return uri instanceof SipURI sip ? Optional.of(sip) : Optional.empty();
  }

  private static boolean isOfADialog(Optional<SipURI> uri) {
    return uri.filter(u -> u.getParameter(MessageDispatcher.RR_PARAM_PROXY_APP) != null)
        .isPresent();
  }

  private static boolean hasName(Optional<SipURI> uri) {
    return uri.filter(u -> u.getParameter(MessageDispatcher.RR_PARAM_APPLICATION_NAME) != null)
        .isPresent();
  }

  private boolean namesAnApplication(SipURI uri) {
    String name = uri.getParameter(MessageDispatcher.RR_PARAM_APPLICATION_NAME);
    return name != null
        && core.getApplicationNameFromHash(name) != null
        && uri.getParameter(MessageDispatcher.APP_ID) != null;
  }
}
