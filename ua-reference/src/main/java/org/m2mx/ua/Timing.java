package org.m2mx.ua;

import java.time.Duration;

/**
 * How long the user agent waits for things. {@link #DEFAULT} suits a device on the internet.
 *
 * @param connect limit for a TCP connection to the server, and again for its TLS handshake
 * @param expiry the lifetime that a registration asks for; the registrar may give another
 * @param keepAlive how often to ping the server where it does not say so itself (RFC 5626 section
 *     4.4.1)
 * @param pong limit for the answer to a ping (RFC 5626 section 4.4.1: 10 seconds)
 * @param addressPoll how often to look whether this machine's address has changed
 * @param retryBase the first wait of RFC 5626 section 4.5 after a lost connection; doubled at each
 *     failure, the actual wait being 50 to 100 % of that at random. The RFC's 30 seconds spare a
 *     large server; the default here is shorter, since a person may be waiting
 * @param retryMax the longest such wait
 * @param dataChannel limit for opening the data channel once it is agreed on
 * @param repair how long a caller whose stream has lost its connection leaves it to a side that
 *     moves to ask for another; a callee 4 times as long. What could not be asked for is asked for
 *     again after 4 times as long, then each time twice as long, up to 16 times
 * @param patience how long a session may take to follow a side that moves, and a stream be without
 *     a connection
 */
public record Timing(
    Duration connect,
    Duration expiry,
    Duration keepAlive,
    Duration pong,
    Duration addressPoll,
    Duration retryBase,
    Duration retryMax,
    Duration dataChannel,
    Duration repair,
    Duration patience) {

  /** For a device on the internet. */
  public static final Timing DEFAULT =
      new Timing(
          Duration.ofSeconds(15),
          Duration.ofMinutes(10),
          Duration.ofSeconds(120),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(1),
          Duration.ofSeconds(60));
}
