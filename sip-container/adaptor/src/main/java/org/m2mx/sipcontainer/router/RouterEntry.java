package org.m2mx.sipcontainer.router;

import java.util.Optional;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import javax.sip.header.HeaderAddress;
import javax.sip.message.Message;

/**
 * One sip-router-info of appendix C.
 *
 * @param application its name
 * @param subscriber a URI, or {@code DAR:} and the name of the header that holds it
 * @param region the half of the call the application serves
 * @param route a SIP URI; empty unless the modifier asks for one
 * @param modifier what is done with the route
 */
record RouterEntry(
    String application,
    String subscriber,
    SipApplicationRoutingRegion region,
    String route,
    SipRouteModifier modifier) {
  static final String HEADER_PREFIX = "DAR:";

  /** Whom the application serves a request for; empty when no header tells. */
  Optional<String> subscriberOf(Message request) {
    if (!subscriber.startsWith(HEADER_PREFIX)) {
      return Optional.of(subscriber);
    }
    return request.getHeader(subscriber.substring(HEADER_PREFIX.length()))
            instanceof HeaderAddress header
        ? Optional.of(header.getAddress().getURI().toString())
        : Optional.empty();
  }
}
