package org.m2mx.sipcontainer.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.m2mx.sipcontainer.config.Transport;

/**
 * The container's meters, in whatever registry the application keeps. They are gone from there once
 * this is closed.
 */
public final class SipMeters implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SipMeters.class.getName());

  /** From what a warm server takes to what makes peers send again, and give up. */
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
    Duration.ofSeconds(4),
    Duration.ofSeconds(32)
  };

  private enum Kind {
    REQUEST,
    RESPONSE;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final MeterRegistry registry;
  private final Set<Meter> own = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private final Tagged<Counter> requests;
  private final Tagged<Counter> responses;
  private final Tagged<Timer> processing;
  private final Tagged<Counter> malformed;
  private final Tagged<Counter> foreign;
  private final Tagged<Counter> challenged;
  private final Tagged<Counter> shed;
  private final Tagged<Counter> handshakes;

  /**
   * @param registry where the meters go
   */
  public SipMeters(MeterRegistry registry) {
    this.registry = registry;
    Transport[] transports = Transport.values();
    CountedMethod[] methods = CountedMethod.values();
    this.requests = counters(SipFigure.REQUESTS, Direction.values(), transports, methods);
    this.responses =
        counters(
            SipFigure.RESPONSES, Direction.values(), transports, methods, StatusClass.values());
    this.processing =
        new Tagged<>(
            SipFigure.PROCESSING,
            tags -> timer(SipFigure.PROCESSING, tags),
            Kind.values(),
            methods);
    this.malformed = counters(SipFigure.MALFORMED, transports);
    this.foreign = counters(SipFigure.FOREIGN, transports);
    this.challenged = counters(SipFigure.CHALLENGED, methods);
    this.shed = counters(SipFigure.SHED, Shed.values());
    this.handshakes = counters(SipFigure.HANDSHAKES, transports, HandshakeResult.values());
  }

  private Tagged<Counter> counters(SipFigure figure, Enum<?>[]... values) {
    return new Tagged<>(figure, tags -> counter(figure, tags), values);
  }

  private Counter counter(SipFigure figure, Tags tags) {
    return kept(
        Counter.builder(figure.meter())
            .description(figure.meaning())
            .tags(tags)
            .register(registry));
  }

  private Timer timer(SipFigure figure, Tags tags) {
    return kept(
        Timer.builder(figure.meter())
            .description(figure.meaning())
            .tags(tags)
            .serviceLevelObjectives(STEPS)
            .register(registry));
  }

  private <M extends Meter> M kept(M meter) {
    own.add(meter);
    if (closed) {
      remove(meter);
    }
    return meter;
  }

  /**
   * Offers what can be read at any moment.
   *
   * @param value asked whenever somebody looks, on any thread
   * @param tags values of the figure's tags, in their order
   */
  public void gauge(SipFigure figure, Supplier<Number> value, Object... tags) {
    Tags all = Tags.empty();
    for (int i = 0; i < tags.length; i++) {
      all = all.and(figure.tags().get(i), tags[i].toString());
    }
    kept(
        Gauge.builder(figure.meter(), value)
            .description(figure.meaning())
            .baseUnit(figure.unit().isEmpty() ? null : figure.unit())
            .tags(all)
            .register(registry));
  }

  /** A request came or went. */
  public void request(Direction direction, Transport transport, String method) {
    requests.of(direction, transport, CountedMethod.of(method)).increment();
  }

  /**
   * A response came or went.
   *
   * @param method of the request it answers; empty when that could not be read
   */
  public void response(Direction direction, Transport transport, String method, int status) {
    responses
        .of(direction, transport, CountedMethod.of(method), StatusClass.of(status))
        .increment();
  }

  /**
   * All work on a message that came is done.
   *
   * @param request whether it was a request
   * @param nanos since it arrived
   */
  public void processed(boolean request, String method, long nanos) {
    processing
        .of(request ? Kind.REQUEST : Kind.RESPONSE, CountedMethod.of(method))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A message was refused or dropped because of its form. */
  public void malformed(Transport transport) {
    malformed.of(transport).increment();
  }

  /** A response came that nobody had asked for there. */
  public void foreign(Transport transport) {
    foreign.of(transport).increment();
  }

  /** A request was challenged for an application. */
  public void challenged(String method) {
    challenged.of(CountedMethod.of(method)).increment();
  }

  /** Something was turned away. */
  public void shed(Shed what) {
    shed.of(what).increment();
  }

  /** A handshake is over. */
  public void handshake(Transport transport, HandshakeResult result) {
    handshakes.of(transport, result).increment();
  }

  /** Takes the meters out of the registry, those too that somebody is about to put there. */
  @Override
  public void close() {
    closed = true;
    own.forEach(this::remove);
  }

  private void remove(Meter meter) {
    try {
      registry.remove(meter);
    } catch (RuntimeException e) {
      LOG.log(
          Level.ERROR,
          "Who listens to the meter registry failed at the end of " + meter.getId(),
          e);
    }
  }
}
