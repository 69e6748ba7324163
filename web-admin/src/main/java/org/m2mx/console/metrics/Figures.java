package org.m2mx.console.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.DoubleStream;

/** The figures of this server: the SIP container's, the service's, and those of the JVM. */
@ApplicationScoped
public class Figures {
  /** Prometheus' text format. */
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** What the SIP container and the service have made, and are to make, goes here too. */
  void begin(@Observes @Initialized(ApplicationScoped.class) Object start) {
    // Prometheus keeps the one's ending for histograms, and counts in seconds.
    registry
        .config()
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"))
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Metrics.addRegistry(registry);
  }

  @PreDestroy
  void end() {
    Metrics.removeRegistry(registry);
    collections.close();
    registry.close();
  }

  /**
   * The values of a gauge of the moment.
   *
   * @param meter as Micrometer calls it
   * @return one for each set of tags; none when there is no such gauge
   */
  public DoubleStream gauge(String meter) {
    return registry.find(meter).gauges().stream().mapToDouble(Gauge::value);
  }

  void write(OutputStream out) throws IOException {
    registry.scrape(out, CONTENT_TYPE);
  }
}
