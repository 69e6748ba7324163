package org.m2mx.registry.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The service's meters. They are gone from their registry once the service has ended. */
@ApplicationScoped
public class ServiceMeters {
  private static final Duration[] STEPS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10)
  };

  /** What a registration came to. */
  public enum Registration {
    /** Done, and on the disk. */
    ACCEPTED,
    /** It asked for what it may not have, or was badly written. */
    REFUSED,
    /** The database did not take it. */
    UNAVAILABLE
  }

  /** What the database is asked to write. */
  public enum Work {
    /** Bindings of devices. */
    BINDINGS,
    /** Records of calls. */
    CALLS
  }

  /** One counter: a figure with a value for each of its tags. */
  private record Row(Figure figure, List<String> values) {}

  private final MeterRegistry registry;
  private final Set<Meter> own = ConcurrentHashMap.newKeySet();

  /** Held, since to find one in a registry costs more than to count. */
  private final Map<Row, Counter> counters = new ConcurrentHashMap<>();

  private volatile boolean ended;

  /** In the registry that all of a server's meters are in. */
  @Inject
  public ServiceMeters() {
    this(Metrics.globalRegistry);
  }

  /**
   * @param registry where the meters go
   */
  public ServiceMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @PreDestroy
  void end() {
    ended = true;
    own.forEach(registry::remove);
  }

  /**
   * Says where to ask who is on line.
   *
   * @param count of addresses of record; asked whenever somebody looks
   */
  public void registered(Supplier<Number> count) {
    gauge(Figure.REGISTERED, count);
  }

  /** A registration was answered. */
  public void registration(Registration result) {
    count(Figure.REGISTRATIONS, text(result));
  }

  /** A call was settled. */
  public void call(String method, Enum<?> result) {
    count(Figure.CALLS, method, text(result));
  }

  /**
   * Says where to ask how many records of calls wait.
   *
   * @param count asked whenever somebody looks
   */
  public void recordsWaiting(Supplier<Number> count) {
    gauge(Figure.RECORDS_WAITING, count);
  }

  /** A call's record was lost. */
  public void recordDropped() {
    count(Figure.RECORDS_DROPPED);
  }

  /** Somebody showed a wrong password, or another's name. */
  public void wrongProof() {
    count(Figure.WRONG_PROOFS);
  }

  /** Somebody is shut out from now on. */
  public void shutOut(Enum<?> cause) {
    count(Figure.SHUT_OUTS, text(cause));
  }

  /** A device asked for a knock. */
  public void knock(boolean given) {
    count(Figure.KNOCKS, given ? "given" : "refused");
  }

  /** Times what the database takes. */
  public Timer database(Work work) {
    return kept(
        Timer.builder(Figure.DATABASE.meter())
            .description(Figure.DATABASE.meaning())
            .tags(tags(Figure.DATABASE, List.of(text(work))))
            .serviceLevelObjectives(STEPS)
            .register(registry));
  }

  private void gauge(Figure figure, Supplier<Number> value) {
    kept(Gauge.builder(figure.meter(), value).description(figure.meaning()).register(registry));
  }

  private void count(Figure figure, String... values) {
    counters.computeIfAbsent(new Row(figure, List.of(values)), this::counter).increment();
  }

  private Counter counter(Row row) {
    return kept(
        Counter.builder(row.figure().meter())
            .description(row.figure().meaning())
            .tags(tags(row.figure(), row.values()))
            .register(registry));
  }

  /** What comes when all is over does not stay. */
  private <M extends Meter> M kept(M meter) {
    own.add(meter);
    if (ended) {
      registry.remove(meter);
    }
    return meter;
  }

  private static Tags tags(Figure figure, List<String> values) {
    Tags tags = Tags.empty();
    for (int i = 0; i < values.size(); i++) {
      tags = tags.and(figure.tags().get(i), values.get(i));
    }
    return tags;
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
