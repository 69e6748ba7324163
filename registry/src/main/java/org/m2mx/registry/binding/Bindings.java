package org.m2mx.registry.binding;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.isp.IspChanged;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.meter.ServiceMeters.Work;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.subscriber.SubscriberChanged;

/**
 * Where subscribers are. A change is all or nothing and on the disk when it is said to be done, so
 * that a 200 sent after it promises what the database holds; changes that come at the same time
 * share a commit, and no thread need wait for it. Questions are answered from memory, which holds
 * every binding that is committed.
 *
 * <p>The table belongs to this server: what another one writes is not seen before the next start.
 */
@ApplicationScoped
public class Bindings {
  private static final Logger LOG = System.getLogger(Bindings.class.getName());

  private static final Comparator<Binding> BY_PREFERENCE =
      Comparator.comparingInt(Binding::preference)
          .thenComparing(Binding::refreshed)
          .reversed()
          .thenComparing(Binding::key);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int EXPIRED_AT_ONCE = 1000;

  private final int maxBindings;
  private final BindingTable table;
  private final BindingMemory memory = new BindingMemory();
  private final ThreadPoolExecutor committer;
  private final GroupCommit group;

  /** For the client proxy only. */
  protected Bindings() {
    maxBindings = 0;
    table = null;
    committer = null;
    group = null;
  }

  /**
   * @param database the registry's database
   * @param meters tell who is registered, and what the database takes
   * @param clock the time, for those
   * @param maxBindings {@code m2mx.registrar.max-bindings}: how many an address of record may have
   *     at a time, default 10
   * @throws IllegalArgumentException if it is below 1
   */
  @Inject
  public Bindings(
      DataSource database,
      ServiceMeters meters,
      Clock clock,
      @ConfigProperty(name = "m2mx.registrar.max-bindings", defaultValue = "10") int maxBindings) {
    if (maxBindings < 1) {
      throw new IllegalArgumentException(
          "m2mx.registrar.max-bindings=" + maxBindings + ": give 1 or more");
    }
    this.maxBindings = maxBindings;
    this.table = new BindingTable(database, meters.database(Work.BINDINGS));
    meters.registered(() -> memory.count(aor -> true, clock.instant()));
    this.committer = committer();
    this.group = new GroupCommit(table, memory, committer);
  }

  /** One thread, there while there is something to commit. */
  private static ThreadPoolExecutor committer() {
    var threads =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              var thread = new Thread(task, "m2mx-bindings");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Reads all bindings into memory.
   *
   * @throws BindingsUnavailableException when the database does not give them
   */
  public void load(@Observes SchemaReady ready) {
    var begun = System.nanoTime();
    var count = new AtomicInteger();
    try {
      table.readAll(
          binding -> {
            memory.add(binding);
            count.incrementAndGet();
          });
    } catch (SQLException e) {
      throw new BindingsUnavailableException("The bindings cannot be read: " + e.getMessage(), e);
    }
    LOG.log(
        Level.INFO,
        "{0} bindings in memory after {1} ms",
        count,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
  }

  /** Commits what was asked for, and ends. */
  @PreDestroy
  void stop() {
    committer.shutdown();
    try {
      if (!committer.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "The database still has not taken all bindings; none was promised");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An account was changed, maybe closed, and its bindings with it. */
  public void subscriber(
      @Observes(during = TransactionPhase.AFTER_COMPLETION) SubscriberChanged subscriber) {
    if (!memory.of(subscriber.aor()).isEmpty()) {
      await(group.readAgain(Set.of(subscriber.aor())));
    }
  }

  /** An ISP was changed, maybe deleted, and its subscribers' bindings with it. */
  public void isp(@Observes(during = TransactionPhase.AFTER_COMPLETION) IspChanged isp) {
    if (isp.deleted()) {
      await(group.readAgain(memory.within(isp.domains())));
    }
  }

  /**
   * The live bindings of an address of record, the preferred first: by q, then the most recently
   * refreshed.
   *
   * @return empty when nobody of that name is registered
   */
  public List<Binding> of(Aor aor, Instant now) {
    return live(memory.of(aor), now);
  }

  /**
   * How many addresses of record are registered.
   *
   * @param whose which of them are counted
   */
  public long count(Predicate<Aor> whose, Instant now) {
    return memory.count(whose, now);
  }

  /**
   * Does what a REGISTER request asks for (RFC 3261 section 10.3 step 7). To be called outside of
   * any transaction.
   *
   * @param aor a subscriber, authenticated
   * @param registration what it asks for
   * @param now when the request came
   * @return done after the commit, with the live bindings as {@link #of} gives them. It fails, by
   *     way of a {@link CompletionException}, with {@link OutOfOrderException} when a binding it
   *     names was changed by a later request of the same Call-ID, {@link TooManyBindingsException}
   *     when more would be live than allowed, {@link NotFoundException} when there is no such
   *     subscriber, and {@link BindingsUnavailableException} when the database does not take it
   */
  public CompletableFuture<List<Binding>> register(
      Aor aor, Registration registration, Instant now) {
    var instant = now.truncatedTo(ChronoUnit.MICROS);
    var contacts = new LinkedHashMap<String, Registration.Contact>();
    for (var contact : registration.contacts()) {
      contacts.put(BindingKey.of(contact), contact);
    }
    return underWay(
        draft -> {
          var after = after(aor, registration, contacts, draft.of(aor), instant);
          draft.put(aor, after);
          return live(after, instant);
        });
  }

  private List<Binding> after(
      Aor aor,
      Registration registration,
      LinkedHashMap<String, Registration.Contact> contacts,
      List<Binding> before,
      Instant now) {
    var after = new LinkedHashMap<String, Binding>();
    for (var binding : before) {
      if (contacts.containsKey(binding.key())) {
        requireOrder(binding, registration.callId(), registration.cseq(), now);
      }
      after.put(binding.key(), binding);
    }
    contacts.forEach(
        (key, contact) -> {
          if (contact.removes()) {
            after.remove(key);
          } else {
            after.put(key, Binding.of(aor, key, after.get(key), registration, contact, now));
          }
        });
    var live = after.values().stream().filter(binding -> binding.liveAt(now)).count();
    if (live > maxBindings) {
      throw new TooManyBindingsException(aor, (int) live, maxBindings);
    }
    return List.copyOf(after.values());
  }

  /**
   * Removes all bindings, as a REGISTER with {@code Contact: *} asks for (RFC 3261 section 10.3
   * step 6). To be called outside of any transaction.
   *
   * @param aor a subscriber, authenticated
   * @param callId the request's Call-ID
   * @param cseq the request's CSeq number
   * @param now when the request came
   * @return done after the commit, with no bindings. It fails with {@link OutOfOrderException} when
   *     a binding was changed by a later request of the same Call-ID, and then all stay; and with
   *     {@link BindingsUnavailableException} when the database does not take it
   */
  public CompletableFuture<List<Binding>> removeAll(
      Aor aor, String callId, long cseq, Instant now) {
    return underWay(
        draft -> {
          draft.of(aor).forEach(binding -> requireOrder(binding, callId, cseq, now));
          draft.put(aor, List.of());
          return List.of();
        });
  }

  private CompletableFuture<List<Binding>> underWay(GroupCommit.Change<List<Binding>> change) {
    return group
        .submit(change)
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure instanceof TimeoutException ? late(failure) : failure));
  }

  private static BindingsUnavailableException late(Throwable cause) {
    return new BindingsUnavailableException(
        "The database has not taken a change within " + PATIENCE.toSeconds() + " s", cause);
  }

  /**
   * Removes the bindings that are reached through a connection, because it has ended.
   *
   * <p>Many connections may end at once, those of all devices behind a router that restarts: who
   * waited here for each commit would keep the next ones waiting.
   *
   * @param flow the connection's token
   * @return done after the commit, with how many there were. It fails with {@link
   *     BindingsUnavailableException} when the database does not take it, which has been logged
   *     then
   */
  public CompletableFuture<Integer> removeFlow(String flow) {
    return group.submit(
        draft -> remove(draft, draft.withFlow(flow), binding -> flow.equals(binding.flow())));
  }

  /**
   * Removes a binding, whoever made it. Without it nothing changes.
   *
   * @param key its {@link Binding#key}
   * @throws BindingsUnavailableException when the database does not take it
   */
  public void remove(Aor aor, String key) {
    await(group.submit(draft -> remove(draft, List.of(aor), binding -> binding.key().equals(key))));
  }

  /**
   * Clears away what has expired; nobody sees it any more anyway. Many go in several steps, lest
   * registrations wait for them.
   *
   * @return how many there were
   * @throws BindingsUnavailableException when the database does not take it
   */
  public int removeExpired(Instant now) {
    var aors = memory.withExpired(now).toList();
    var removed = 0;
    for (int from = 0; from < aors.size(); from += EXPIRED_AT_ONCE) {
      var some = aors.subList(from, Math.min(aors.size(), from + EXPIRED_AT_ONCE));
      removed += await(group.submit(draft -> remove(draft, some, binding -> !binding.liveAt(now))));
    }
    return removed;
  }

  private static int remove(Draft draft, Collection<Aor> aors, Predicate<Binding> which) {
    var removed = 0;
    for (var aor : aors) {
      var before = draft.of(aor);
      var after = new ArrayList<>(before);
      if (after.removeIf(which)) {
        removed += before.size() - after.size();
        draft.put(aor, after);
      }
    }
    return removed;
  }

  private static <T> T await(CompletableFuture<T> outcome) {
    try {
      return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw late(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BindingsUnavailableException("The server stops", e);
    }
  }

  private static void requireOrder(Binding binding, String callId, long cseq, Instant now) {
    if (binding.liveAt(now) && binding.callId().equals(callId) && cseq <= binding.cseq()) {
      throw new OutOfOrderException(binding, cseq);
    }
  }

  private static List<Binding> live(List<Binding> bindings, Instant now) {
    return bindings.stream().filter(binding -> binding.liveAt(now)).sorted(BY_PREFERENCE).toList();
  }
}
