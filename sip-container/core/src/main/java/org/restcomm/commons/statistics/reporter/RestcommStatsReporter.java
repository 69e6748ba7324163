package org.restcomm.commons.statistics.reporter;

import com.codahale.metrics.MetricRegistry;
import java.util.concurrent.TimeUnit;

/**
 * Stands where the core expects its statistics reporter, which would send figures of the running
 * server to its maker. This one keeps them to itself: it connects to nothing.
 */
public class RestcommStatsReporter {
  private static final RestcommStatsReporter INSTANCE = new RestcommStatsReporter();
  private static final MetricRegistry METRICS = new MetricRegistry();

  /** The reporter the core holds until it makes its own. */
  public static RestcommStatsReporter getRestcommStatsReporter() {
    return INSTANCE;
  }

  /** Where the core counts calls, seconds and messages. */
  public static MetricRegistry getMetricRegistry() {
    return METRICS;
  }

  /** Ignored. */
  public void setRemoteServer(String address) {}

  /** Ignored. */
  public void setProjectName(String name) {}

  /** Ignored. */
  public void setProjectType(String type) {}

  /** Ignored. */
  public void setVersion(String version) {}

  /** Does nothing. */
  public void start(long period, TimeUnit unit) {}

  /** Does nothing. */
  public void stop() {}
}
