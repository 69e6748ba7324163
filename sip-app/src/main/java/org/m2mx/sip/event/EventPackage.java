package org.m2mx.sip.event;

import java.io.IOException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Something that can be subscribed to (RFC 6665 section 5). */
public interface EventPackage {

  /** What the Event header calls it, in small letters. */
  String name();

  /**
   * Begins a subscription, or answers why not.
   *
   * @param request an initial SUBSCRIBE
   * @return whether there is a subscription now
   * @throws IOException if an answer cannot be sent
   */
  boolean begin(SipServletRequest request) throws IOException;

  /**
   * Prolongs or ends a subscription.
   *
   * @param request a SUBSCRIBE in its dialog
   * @throws IOException if an answer cannot be sent
   */
  void renew(SipServletRequest request) throws IOException;

  /**
   * A NOTIFY was refused, or not answered.
   *
   * @param response 300 to 699
   */
  void refused(SipServletResponse response);
}
