package org.m2mx.ua.firewall.igd;

/** An action that the gateway has refused (UPnP Device Architecture 1.1 section 3.2.2). */
final class SoapFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** WANIPv6FirewallControl:1: the pinhole is not known, or not any more. */
  private static final int NO_SUCH_ENTRY = 704;

  /** Invalid Args: what some gateways say of a pinhole they do not know. */
  private static final int INVALID_ARGS = 402;

  private final int code;

  SoapFault(int code, String description) {
    super(code + " " + description);
    this.code = code;
  }

  /** Says that the gateway does not know the pinhole that the action was about. */
  boolean isOfUnknownPinhole() {
    return code == NO_SUCH_ENTRY || code == INVALID_ARGS;
  }
}
