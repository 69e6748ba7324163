package org.m2mx.ua.firewall.igd;

/** An action that the gateway has refused (UPnP Device Architecture 1.1 section 3.2.2). */
final class SoapFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** WANIPv6FirewallControl:1: the pinhole is not known, or not any more. */
  static final int NO_SUCH_ENTRY = 704;

  private final int code;

  SoapFault(int code, String description) {
    super(code + " " + description);
    this.code = code;
  }

  /** Returns the UPnP error code. */
  int code() {
    return code;
  }
}
