package org.m2mx.sipcontainer.metrics;

import io.micrometer.core.instrument.Meter;
import java.util.List;

/** What the container tells of itself, by meters of Micrometer. */
public enum SipFigure {
  /** Requests. */
  REQUESTS(
      "sip.requests",
      Meter.Type.COUNTER,
      "",
      "Requests received and sent",
      "direction",
      "transport",
      "method"),
  /** Responses. */
  RESPONSES(
      "sip.responses",
      Meter.Type.COUNTER,
      "",
      "Responses received and sent",
      "direction",
      "transport",
      "method",
      "status"),
  /** How long messages take. */
  PROCESSING(
      "sip.processing",
      Meter.Type.TIMER,
      "seconds",
      "From a message's arrival until all work on it is done",
      "message",
      "method"),
  /** Messages that cannot be read. */
  MALFORMED(
      "sip.malformed",
      Meter.Type.COUNTER,
      "",
      "Messages refused or dropped because of their form",
      "transport"),
  /** Responses that nobody waits for. */
  FOREIGN(
      "sip.foreign",
      Meter.Type.COUNTER,
      "",
      "Responses dropped because no request had gone where they came from",
      "transport"),
  /** Challenges. */
  CHALLENGED(
      "sip.challenged", Meter.Type.COUNTER, "", "Requests challenged without a servlet", "method"),
  /** What there was too much of. */
  SHED(
      "sip.shed",
      Meter.Type.COUNTER,
      "",
      "Requests refused with 503, messages and connections dropped, since there were too many",
      "kind"),
  /** Handshakes. */
  HANDSHAKES(
      "sip.handshakes",
      Meter.Type.COUNTER,
      "",
      "Handshakes, of TLS, of WebSocket, for WSS of both, and what came of them",
      "transport",
      "result"),
  /** Connections. */
  CONNECTIONS("sip.connections", Meter.Type.GAUGE, "", "Connections that are open", "transport"),
  /** Memory for messages that arrive. */
  PARTIAL(
      "sip.partial",
      Meter.Type.GAUGE,
      "bytes",
      "Bytes held of messages that have not arrived whole"),
  /** Transactions. */
  TRANSACTIONS(
      "sip.transactions",
      Meter.Type.GAUGE,
      "",
      "Transactions; completed ones are answers to datagrams, kept for requests that come again",
      "kind"),
  /** Sessions. */
  SESSIONS("sip.sessions", Meter.Type.GAUGE, "", "Sessions of all applications", "kind"),
  /** The queue. */
  QUEUE_LENGTH("sip.queue.length", Meter.Type.GAUGE, "", "Pieces of work that wait for a thread"),
  /** The queue's delay. */
  QUEUE_DELAY(
      "sip.queue.delay",
      Meter.Type.GAUGE,
      "seconds",
      "How long the oldest of them has waited",
      "kind"),
  /** Threads. */
  THREADS("sip.threads", Meter.Type.GAUGE, "", "Threads that run applications"),
  /** Timers. */
  TIMERS("sip.timers", Meter.Type.GAUGE, "", "Timers that wait"),
  /** The certificate. */
  CERTIFICATE_EXPIRY(
      "sip.certificate.expiry.timestamp",
      Meter.Type.GAUGE,
      "seconds",
      "When the certificate of the TLS listeners expires, since 1970; only where there are any");

  private final String meter;
  private final Meter.Type type;
  private final String unit;
  private final String meaning;
  private final List<String> tags;

  SipFigure(String meter, Meter.Type type, String unit, String meaning, String... tags) {
    this.meter = meter;
    this.type = type;
    this.unit = unit;
    this.meaning = meaning;
    this.tags = List.of(tags);
  }

  /** The meter's name, in Micrometer's way; how it looks elsewhere is up to the registry. */
  public String meter() {
    return meter;
  }

  /** Whether it counts since the start, times, or tells of the moment. */
  public Meter.Type type() {
    return type;
  }

  /** The unit; empty for a number of things. */
  public String unit() {
    return unit;
  }

  /** What it tells, in English. */
  public String meaning() {
    return meaning;
  }

  /** Names of the tags that every meter of this name has. */
  public List<String> tags() {
    return tags;
  }
}
