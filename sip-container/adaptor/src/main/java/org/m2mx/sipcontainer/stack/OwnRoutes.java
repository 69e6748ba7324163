package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.header.AddressParametersHeader;
import java.util.function.Supplier;
import javax.sip.address.SipURI;
import org.mobicents.servlet.sip.core.dispatchers.MessageDispatcher;

/** Recognises the Record-Routes this server has set, and the Routes that come back from them. */
final class OwnRoutes {
  private final Supplier<String> serverId;

  /** Takes the id the core puts into each Record-Route; known only once the core is started. */
  OwnRoutes(Supplier<String> serverId) {
    this.serverId = serverId;
  }

  boolean isOwn(AddressParametersHeader route) {
    return route.getAddress().getURI() instanceof SipURI uri
        && serverId.get().equals(uri.getParameter(MessageDispatcher.RR_PARAM_SERVER_NAME));
  }

  /** Whether two Routes are the two sides of one double Record-Route. */
  boolean isPair(AddressParametersHeader first, AddressParametersHeader second) {
    return isOwn(first)
        && isOwn(second)
        && same(first, second, MessageDispatcher.APP_ID)
        && same(first, second, MessageDispatcher.RR_PARAM_APPLICATION_NAME);
  }

  private static boolean same(
      AddressParametersHeader first, AddressParametersHeader second, String parameter) {
    String value = ((SipURI) first.getAddress().getURI()).getParameter(parameter);
    return value != null
        && value.equals(((SipURI) second.getAddress().getURI()).getParameter(parameter));
  }
}
