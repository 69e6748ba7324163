package org.m2mx.sip.record;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How calls are recorded, and how long they are kept. */
@Singleton
public class RecordingPolicy {
  private final Duration retention;
  private final Duration purgeInterval;
  private final int queueSize;
  private final String node;

  /**
   * @param retentionDays how long a call is kept, from {@code m2mx.calls.retention-days}
   * @param purgeInterval how often older ones are removed, from {@code m2mx.calls.purge-interval}
   * @param queueSize how many may wait to be written, from {@code m2mx.calls.queue-size}
   * @param node what this server is called, from {@code jboss.node.name}, which WildFly sets
   * @throws IllegalArgumentException if one of them is too small
   */
  @Inject
  public RecordingPolicy(
      @ConfigProperty(name = "m2mx.calls.retention-days", defaultValue = "30") int retentionDays,
      @ConfigProperty(name = "m2mx.calls.purge-interval", defaultValue = "PT1H")
          Duration purgeInterval,
      @ConfigProperty(name = "m2mx.calls.queue-size", defaultValue = "20000") int queueSize,
      @ConfigProperty(name = "jboss.node.name", defaultValue = "localhost") String node) {
    if (retentionDays < 1) {
      throw new IllegalArgumentException(
          "m2mx.calls.retention-days=" + retentionDays + ": give 1 or more");
    }
    if (purgeInterval.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "m2mx.calls.purge-interval=" + purgeInterval + ": give PT1S or more");
    }
    if (queueSize < 1) {
      throw new IllegalArgumentException("m2mx.calls.queue-size=" + queueSize + ": give 1 or more");
    }
    this.retention = Duration.ofDays(retentionDays);
    this.purgeInterval = purgeInterval;
    this.queueSize = queueSize;
    this.node = node;
  }

  Duration retention() {
    return retention;
  }

  Duration purgeInterval() {
    return purgeInterval;
  }

  int queueSize() {
    return queueSize;
  }

  /** What this server is called. */
  public String node() {
    return node;
  }
}
