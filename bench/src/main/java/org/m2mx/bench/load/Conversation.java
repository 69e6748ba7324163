package org.m2mx.bench.load;

/** What one device does, from its first request to its last answer. */
public interface Conversation {
  /** What tells it from the others; stands in each of its messages. */
  String callId();

  /** The first step. */
  Step begin();

  /**
   * Takes a response.
   *
   * @param response one of this Call-ID
   * @return the next step; null when this response changes nothing, a repeated one for example
   */
  Step on(SipMessage response);
}
