package org.m2mx.sipcontainer.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts since the container started, made where things happen.
 *
 * @param requestsIn requests received and understood
 * @param responsesIn responses received and understood
 * @param messagesOut messages sent
 * @param malformed messages refused or dropped because of their form
 * @param challenged requests answered with a challenge by the container, for an application
 * @param foreign responses dropped because no request had gone where they came from
 * @param dropped messages dropped because too many waited
 * @param connectionsRefused connections closed as they came, since too many were open
 * @param handshakes of TLS and WebSocket that succeeded
 * @param handshakesFailed those that did not
 * @param processing from a message's arrival until all work on it is done
 */
public record Traffic(
    LongAdder requestsIn,
    LongAdder responsesIn,
    LongAdder messagesOut,
    LongAdder malformed,
    LongAdder challenged,
    LongAdder foreign,
    LongAdder dropped,
    LongAdder connectionsRefused,
    LongAdder handshakes,
    LongAdder handshakesFailed,
    Latency processing) {

  /** All at zero. */
  public Traffic() {
    this(
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new LongAdder(),
        new Latency());
  }
}
