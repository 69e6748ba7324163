package org.m2mx.ua;

/** Answers calls. */
@FunctionalInterface
public interface CallHandler {

  /**
   * Somebody calls. Called on a thread of the call's own, which may be blocked for as long as the
   * call lasts. A call that is neither accepted nor declined by the end is declined.
   *
   * @param call the call
   * @throws UserAgentException if the call did not come about; it is logged and otherwise ignored
   * @throws InterruptedException if the user agent is closed
   */
  void called(IncomingCall call) throws UserAgentException, InterruptedException;
}
