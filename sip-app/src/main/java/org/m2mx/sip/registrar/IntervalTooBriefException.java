package org.m2mx.sip.registrar;

/** A contact asked for a life shorter than the registrar grants: 423 (RFC 3261 section 21.4.17). */
final class IntervalTooBriefException extends Exception {
  private static final long serialVersionUID = 1;

  private final long minExpires;

  /**
   * @param minExpires what the Min-Expires header shall say, in seconds
   */
  IntervalTooBriefException(long minExpires) {
    super("the shortest expiry here is " + minExpires + " s");
    this.minExpires = minExpires;
  }

  long minExpires() {
    return minExpires;
  }
}
