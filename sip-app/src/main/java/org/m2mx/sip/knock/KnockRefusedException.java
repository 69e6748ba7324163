package org.m2mx.sip.knock;

import java.time.Duration;
import java.util.Optional;
import javax.servlet.sip.SipServletResponse;

/** A knock is not given; the message tells the device why, and what to do. */
final class KnockRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Optional<Duration> wait;

  /** For a question that will not be answered otherwise later. */
  KnockRefusedException(int status, String text) {
    super(text);
    this.status = status;
    this.wait = Optional.empty();
  }

  /** For one that may be asked again after a while, in whole seconds. */
  KnockRefusedException(Duration wait, String text) {
    super(text);
    this.status = SipServletResponse.SC_SERVICE_UNAVAILABLE;
    this.wait = Optional.of(wait);
  }

  int status() {
    return status;
  }

  /** Empty if waiting does not help. */
  Optional<Duration> retryAfter() {
    return wait;
  }
}
