package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import javax.sip.SipException;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.dns.Target;

/** Has the headers of a request name the listener it leaves from. */
public interface Departures {
  /**
   * Prepares a request whose target was a name and is known now.
   *
   * @param request is changed
   * @return the listener to send it from
   * @throws SipException when there is none that reaches the target
   */
  Binding leave(SIPRequest request, Target target) throws SipException;
}
