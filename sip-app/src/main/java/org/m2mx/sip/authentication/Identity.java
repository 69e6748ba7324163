package org.m2mx.sip.authentication;

import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.URI;
import org.m2mx.registry.Aor;

/** The AORs that a request names. */
public final class Identity {
  private Identity() {}

  /**
   * Who sends it, as it says itself.
   *
   * @throws IllegalArgumentException if the From header names no AOR
   */
  public static Aor from(SipServletRequest request) {
    return of(request.getFrom().getURI());
  }

  /**
   * Whom it was first meant for.
   *
   * @throws IllegalArgumentException if the To header names no AOR
   */
  public static Aor to(SipServletRequest request) {
    return of(request.getTo().getURI());
  }

  /**
   * Whom it is to reach.
   *
   * @throws IllegalArgumentException if the Request-URI names no AOR
   */
  public static Aor target(SipServletRequest request) {
    return of(request.getRequestURI());
  }

  /** Whether a URI leads to the server of a domain; its user, port and parameters do not matter. */
  public static boolean isOfDomain(URI uri, String domain) {
    return uri instanceof SipURI sip && domain.equalsIgnoreCase(sip.getHost());
  }

  /** Whether a URI is the server of a domain itself, and of nobody there. */
  public static boolean isServerOf(URI uri, String domain) {
    return uri instanceof SipURI sip && sip.getUser() == null && isOfDomain(uri, domain);
  }

  /**
   * The AOR that a URI is of. Its parameters and port are not part of the name (RFC 3261 section
   * 10.3 step 5).
   *
   * @throws IllegalArgumentException if it names no AOR
   */
  static Aor of(URI uri) {
    if (uri instanceof SipURI sip && sip.getUser() != null) {
      return new Aor(sip.getUser(), sip.getHost());
    }
    throw new IllegalArgumentException("a name such as sip:video@m2m-x.example is needed");
  }
}
