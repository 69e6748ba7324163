package org.m2mx.sip.registrar;

/**
 * A contact is itself a name that is looked up here, so that requests would go round in a circle:
 * 403 (RFC 5627 section 5.1).
 */
final class ForbiddenContactException extends Exception {
  private static final long serialVersionUID = 1;

  ForbiddenContactException() {
    super("a contact must say where the device is, not what it is called");
  }
}
