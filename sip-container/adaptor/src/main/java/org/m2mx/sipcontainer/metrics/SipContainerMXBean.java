package org.m2mx.sipcontainer.metrics;

/**
 * What the running container says of itself over JMX. Names that begin with {@code total} count
 * since the start; the others are of the moment.
 */
public interface SipContainerMXBean {
  /** Requests received and understood. */
  long getTotalRequestsIn();

  /** Responses received and understood. */
  long getTotalResponsesIn();

  /** Messages sent. */
  long getTotalMessagesOut();

  /** Messages refused or dropped because of their form. */
  long getTotalMalformed();

  /** Requests challenged without a servlet. */
  long getTotalChallenged();

  /** Responses dropped because no request had gone where they came from. */
  long getTotalForeignResponses();

  /** Messages dropped because too many waited. */
  long getTotalDropped();

  /** Requests refused with 503 because work waited too long. */
  long getTotalShed();

  /** Connections closed as they came, since too many were open. */
  long getTotalConnectionsRefused();

  /** Handshakes that succeeded, TLS, WebSocket, or for WSS both. */
  long getTotalHandshakes();

  /** Handshakes that did not succeed. */
  long getTotalHandshakesFailed();

  /** Connections that are open. */
  int getConnections();

  /** Bytes held of messages that have not arrived whole. */
  long getPartialMessageBytes();

  /** Server transactions. */
  int getServerTransactions();

  /** Answers to datagrams that are kept for requests that come again. */
  int getCompletedTransactions();

  /** Client transactions. */
  int getClientTransactions();

  /** SIP sessions of all applications. */
  int getSipSessions();

  /** Application sessions of all applications. */
  int getApplicationSessions();

  /** Pieces of work that wait for a thread. */
  int getQueueLength();

  /** How long the oldest of them has waited, in milliseconds. */
  long getQueueDelayMillis();

  /** Timers that wait. */
  int getTimers();

  /** What half of all messages took, from arrival until done, in milliseconds, rounded up. */
  double getProcessingMedianMillis();

  /** What 99 of 100 messages took at most, in milliseconds, rounded up. */
  double getProcessing99Millis();

  /** The instant the TLS certificate expires, ISO 8601; empty without TLS. */
  String getCertificateExpiry();
}
