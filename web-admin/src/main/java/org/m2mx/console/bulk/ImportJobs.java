package org.m2mx.console.bulk;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.console.signin.OnBehalf;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.bulk.BulkImport;
import org.m2mx.registry.bulk.Imports;

/**
 * Reads files of subscribers and opens their accounts, aside. One at a time is at work; a few wait,
 * with their files in memory, and no more than that.
 */
@ApplicationScoped
public class ImportJobs {
  private static final Logger LOG = System.getLogger(ImportJobs.class.getName());
  private static final int MOST_AT_ONCE = 4;
  private static final long SECONDS_TO_ANOTHER_TRY = 10;

  private final Imports imports;
  private final OnBehalf onBehalf;
  private final ManagedExecutorService threads;
  private final ManagedScheduledExecutorService later;
  private final int mostLines;
  private final Map<UUID, IntSupplier> running = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Semaphore turn = new Semaphore(1, true);

  /** For the client proxy only. */
  protected ImportJobs() {
    this(null, null, null, null, 1);
  }

  /**
   * @param imports takes files
   * @param onBehalf says who asked
   * @param threads where it is done
   * @param later where is tried again what did not work
   * @param mostLines {@code m2mx.import.max-lines}: how many subscribers a file may hold, default
   *     200000
   * @throws IllegalArgumentException if that is below 1
   */
  @Inject
  public ImportJobs(
      Imports imports,
      OnBehalf onBehalf,
      ManagedExecutorService threads,
      ManagedScheduledExecutorService later,
      @ConfigProperty(name = "m2mx.import.max-lines", defaultValue = "200000") int mostLines) {
    if (mostLines < 1) {
      throw new IllegalArgumentException("m2mx.import.max-lines=" + mostLines + ": give 1 or more");
    }
    this.imports = imports;
    this.onBehalf = onBehalf;
    this.threads = threads;
    this.later = later;
    this.mostLines = mostLines;
  }

  /**
   * Takes a file in and reads it, aside.
   *
   * @param domains of the ISP whose subscribers it holds, the first of them first
   * @param fileName what it is called
   * @param content the file
   * @return the import, which is being checked
   * @throws BusyException when too many files are being read already
   */
  BulkImport check(List<String> domains, String fileName, byte[] content) throws BusyException {
    takePlace();
    var domain = domains.get(0);
    BulkImport begun;
    try {
      begun = imports.begin(domain, fileName);
    } catch (RuntimeException e) {
      places.release();
      throw e;
    }
    var id = begun.id();
    var lines = new SubscriberCsv(content, domains, mostLines);
    try {
      start(
          id,
          lines::percent,
          () -> {
            try {
              var checked = imports.check(domain, id, lines);
              log(checked, "read");
            } catch (RuntimeException e) {
              interrupt(domain, id);
              throw e;
            }
          });
    } catch (BusyException e) {
      interrupt(domain, id);
      throw e;
    }
    return begun;
  }

  // Whatever kept the file from being read, such as a database that is away, may keep this from
  // being written down too, and nobody could read or discard the file ever.
  private void interrupt(String domain, UUID id) {
    try {
      imports.interrupt(domain, id);
    } catch (NotFoundException e) {
      LOG.log(Level.INFO, "The import {0} is gone, with its ISP", id);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "That the import {0} is interrupted cannot be written down, which is tried again: {1}",
          id,
          e.getMessage());
      later.schedule(
          onBehalf.later(() -> interrupt(domain, id)), SECONDS_TO_ANOTHER_TRY, TimeUnit.SECONDS);
    }
  }

  /**
   * Opens the accounts of a checked file, aside.
   *
   * @throws BusyException when too many files are being read or opened already
   */
  void open(String domain, UUID id) throws BusyException {
    takePlace();
    start(id, () -> 0, () -> log(imports.open(domain, id), "carried out"));
  }

  /** How far the work on an import is, in per cent; empty when none is going on here. */
  Optional<Integer> percent(UUID id) {
    return Optional.ofNullable(running.get(id)).map(IntSupplier::getAsInt);
  }

  private void takePlace() throws BusyException {
    if (!places.tryAcquire()) {
      throw new BusyException();
    }
  }

  private void start(UUID id, IntSupplier percent, Runnable work) throws BusyException {
    if (running.putIfAbsent(id, percent) != null) {
      places.release();
      throw new BusyException();
    }
    var asked = onBehalf.later(work);
    try {
      threads.execute(() -> run(id, asked));
    } catch (RejectedExecutionException e) {
      end(id);
      LOG.log(Level.ERROR, "The import {0} got no thread: {1}", id, e.getMessage());
      throw new BusyException();
    }
  }

  private void run(UUID id, Runnable work) {
    turn.acquireUninterruptibly();
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "The import " + id + " was not finished; no account is open by it", e);
    } finally {
      turn.release();
      end(id);
    }
  }

  private void end(UUID id) {
    running.remove(id);
    places.release();
  }

  private static void log(BulkImport done, String what) {
    LOG.log(
        Level.INFO,
        "Import {0} for {1} {2}: {3}, {4} lines, {5} problems",
        done.id(),
        done.domain(),
        what,
        done.state(),
        done.lines(),
        done.problems());
  }
}
