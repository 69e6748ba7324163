package org.m2mx.sipcontainer.security;

import java.util.Objects;
import javax.servlet.sip.SipURI;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * A request that begins something and brings no credentials, straight from who wrote it.
 *
 * @param method such as {@code INVITE}; neither ACK nor CANCEL
 * @param from who sends it, as it says itself; not to be changed
 * @param to whom it was first meant for; not to be changed
 * @param flow the way it came
 */
public record UnauthenticatedRequest(String method, SipURI from, SipURI to, Flow flow) {

  /** Checks for null. */
  public UnauthenticatedRequest {
    Objects.requireNonNull(method);
    Objects.requireNonNull(from);
    Objects.requireNonNull(to);
    Objects.requireNonNull(flow);
  }
}
