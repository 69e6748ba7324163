package org.m2mx.ua;

/** Answers calls. */
@FunctionalInterface
public interface CallHandler {

  /**
   * Somebody calls. Called on a thread of the call's own, which may be blocked for as long as the
   * call lasts. A call that is neither accepted nor declined by the end is declined. One whose
   * handler throws is over: it is refused, or if it was accepted {@linkplain Session#breakOff
   * broken off}. What was thrown is logged; anything unexpected as an error, and the caller is told
   * 500.
   *
   * @param call the call
   * @throws UserAgentException if the call did not come about or cannot go on
   * @throws InterruptedException if the user agent is closed
   */
  void called(IncomingCall call) throws UserAgentException, InterruptedException;
}
