package org.m2mx.sip.record;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.m2mx.registry.call.CallRecords;
import org.m2mx.registry.call.CallRecords.Entry;
import org.m2mx.registry.call.RecordsUnavailableException;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.schema.Schema;
import org.m2mx.sip.round.Rounds;

/**
 * Takes calls down. Who hands one in never waits: it goes into a queue that is written out in
 * batches. When the database cannot keep up and the queue is full, records are dropped, counted and
 * the loss logged; calls go on.
 */
@Singleton
public class CallRecorder {
  private static final Logger LOG = System.getLogger(CallRecorder.class.getName());
  private static final Duration WRITE_INTERVAL = Duration.ofMillis(200);
  private static final int BATCH = 500;
  private static final int PURGE_BATCH = 5000;

  private final Schema schema;
  private final CallRecords records;
  private final RecordingPolicy policy;
  private final Clock clock;
  private final Rounds rounds;
  private final ServiceMeters meters;
  private final BlockingQueue<Entry> queue;
  private final AtomicLong dropped = new AtomicLong();
  private List<Entry> unwritten = List.of();
  private long droppedBefore;

  /**
   * @param schema tells when there are tables to write to
   * @param records where calls are kept
   * @param policy how many may wait, and for how long they are kept
   * @param clock the time
   * @param rounds write regularly
   * @param meters tell what calls come to
   */
  @Inject
  public CallRecorder(
      Schema schema,
      CallRecords records,
      RecordingPolicy policy,
      Clock clock,
      Rounds rounds,
      ServiceMeters meters) {
    this.schema = schema;
    this.records = records;
    this.policy = policy;
    this.clock = clock;
    this.rounds = rounds;
    this.meters = meters;
    this.queue = new ArrayBlockingQueue<>(policy.queueSize());
    meters.recordsWaiting(queue::size);
  }

  void start(@Observes Startup start) {
    schema.ready();
    markLost();
    rounds.begin(WRITE_INTERVAL, this::write);
    rounds.begin(policy.purgeInterval(), this::purge);
  }

  @PreDestroy
  void stop() {
    write();
    if (!queue.isEmpty() || !unwritten.isEmpty()) {
      LOG.log(Level.ERROR, "{0} call records are lost", queue.size() + unwritten.size());
    }
  }

  /**
   * Takes a call down, or drops it when too many wait.
   *
   * @param entry the call as it stands
   */
  public void record(Entry entry) {
    if (entry.first()) {
      meters.call(entry.call().method(), entry.call().result());
    }
    if (!queue.offer(entry)) {
      dropped.incrementAndGet();
      meters.recordDropped();
    }
  }

  /** How many records were dropped since the start. */
  public long dropped() {
    return dropped.get();
  }

  /** Writes everything that waits. */
  synchronized void write() {
    try {
      writeAgain();
      for (var batch = next(); !batch.isEmpty(); batch = next()) {
        unwritten = batch;
        records.write(batch);
        unwritten = List.of();
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the writing for good. What could not be written is tried again.
      LOG.log(Level.ERROR, "{0}; {1} wait", e.getMessage(), queue.size() + unwritten.size());
    }
    tellOfDropped();
  }

  /** A failed batch may have been committed all the same, its answer lost. */
  private void writeAgain() {
    if (!unwritten.isEmpty()) {
      boolean written =
          unwritten.stream()
              .filter(Entry::first)
              .findFirst()
              .map(entry -> records.find(entry.call().id()).isPresent())
              .orElse(false);
      if (!written) {
        records.write(unwritten);
      }
      unwritten = List.of();
    }
  }

  private List<Entry> next() {
    List<Entry> batch = new ArrayList<>();
    queue.drainTo(batch, BATCH);
    return batch;
  }

  private void tellOfDropped() {
    long now = dropped.get();
    if (now > droppedBefore) {
      LOG.log(
          Level.WARNING,
          "{0} call records dropped: the database does not keep up, or m2mx.calls.queue-size is too"
              + " small",
          now - droppedBefore);
      droppedBefore = now;
    }
  }

  void purge() {
    try {
      int total = 0;
      int removed;
      do {
        removed = records.purge(clock.instant().minus(policy.retention()), PURGE_BATCH);
        total += removed;
      } while (removed == PURGE_BATCH);
      if (total > 0) {
        LOG.log(
            Level.INFO,
            "{0} calls older than {1} days removed",
            total,
            policy.retention().toDays());
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the purging for good.
      LOG.log(Level.ERROR, "{0}; the next try is in {1}", e.getMessage(), policy.purgeInterval());
    }
  }

  private void markLost() {
    try {
      int lost = records.lost(policy.node());
      if (lost > 0) {
        LOG.log(Level.WARNING, "{0} calls were not over when this server stopped", lost);
      }
    } catch (RecordsUnavailableException e) {
      LOG.log(Level.ERROR, e.getMessage());
    }
  }
}
