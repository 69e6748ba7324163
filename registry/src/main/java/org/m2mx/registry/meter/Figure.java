package org.m2mx.registry.meter;

import io.micrometer.core.instrument.Meter;
import java.util.List;

/** What the service tells of itself, beside what its SIP container does. */
public enum Figure {
  /** Subscribers on line. */
  REGISTERED("m2mx.registered", Meter.Type.GAUGE, "", "Addresses of record with a live binding"),
  /** Registrations. */
  REGISTRATIONS(
      "m2mx.registrations",
      Meter.Type.COUNTER,
      "",
      "REGISTER requests of subscribers who had proven themselves, and what came of them",
      "result"),
  /** Calls. */
  CALLS(
      "m2mx.calls",
      Meter.Type.COUNTER,
      "",
      "Calls, messages and subscriptions, and what they came to, as in the record of calls",
      "method",
      "result"),
  /** Records in the queue. */
  RECORDS_WAITING(
      "m2mx.records.waiting", Meter.Type.GAUGE, "", "Records of calls that wait to be written"),
  /** Records lost. */
  RECORDS_DROPPED(
      "m2mx.records.dropped",
      Meter.Type.COUNTER,
      "",
      "Records of calls that were dropped because the database did not keep up"),
  /** Wrong proofs. */
  WRONG_PROOFS(
      "m2mx.wrong.proofs",
      Meter.Type.COUNTER,
      "",
      "Wrong passwords and names of others, where they are counted"),
  /** Shut-outs. */
  SHUT_OUTS("m2mx.shut.outs", Meter.Type.COUNTER, "", "Shut-outs that began", "cause"),
  /** Knocks. */
  KNOCKS(
      "m2mx.knocks",
      Meter.Type.COUNTER,
      "",
      "Knocks that devices asked for, given whether anybody opened or not, or refused",
      "result"),
  /** The database. */
  DATABASE(
      "m2mx.database",
      Meter.Type.TIMER,
      "seconds",
      "What the database takes to write a group of bindings or records, from asking for a"
          + " connection to the end of the commit",
      "work");

  private final String meter;
  private final Meter.Type type;
  private final String unit;
  private final String meaning;
  private final List<String> tags;

  Figure(String meter, Meter.Type type, String unit, String meaning, String... tags) {
    this.meter = meter;
    this.type = type;
    this.unit = unit;
    this.meaning = meaning;
    this.tags = List.of(tags);
  }

  /** The meter's name, in Micrometer's way. */
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
