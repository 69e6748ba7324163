package org.m2mx.registry.binding;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;

/**
 * Commits changes in groups: while one group is on its way to the disk the next gathers, so that
 * many changes share one wait. Each change is whole or not at all: one that is refused, or that the
 * database does not take, leaves the others of its group as they are. Changes take effect in the
 * order they came in.
 */
final class GroupCommit {
  private static final Logger LOG = System.getLogger(GroupCommit.class.getName());
  private static final int MOST_IN_A_GROUP = 500;
  private static final int MOST_READ_AT_ONCE = 500;

  /** A change, worked out on what the changes before it leave behind. */
  @FunctionalInterface
  interface Change<T> {
    /**
     * Puts what is to be into the draft.
     *
     * @return what whoever asked is told after the commit
     * @throws RuntimeException to refuse; it puts nothing before it knows
     */
    T on(Draft draft);
  }

  private static final class Pending<T> {
    private final Change<T> change;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private T result;
    private RuntimeException refusal;

    Pending(Change<T> change) {
      this.change = change;
    }

    void apply(Draft draft) {
      refusal = null;
      try {
        result = change.on(draft);
      } catch (RuntimeException e) {
        refusal = e;
      }
    }

    void committed() {
      if (refusal == null) {
        outcome.complete(result);
      } else {
        outcome.completeExceptionally(refusal);
      }
    }

    void failed(SQLException reason) {
      outcome.completeExceptionally(
          BindingTable.isOfNobody(reason)
              ? new NotFoundException("There is no such subscriber")
              : new BindingsUnavailableException(
                  "The database does not take bindings: " + reason.getMessage(), reason));
    }
  }

  private final BindingTable table;
  private final BindingMemory memory;
  private final Executor thread;
  private final Queue<Pending<?>> waiting = new ConcurrentLinkedQueue<>();
  private final Set<Aor> suspect = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean working = new AtomicBoolean();

  /**
   * @param table where changes go
   * @param memory changed after the table; by nobody else
   * @param thread runs what it is given elsewhere than on the caller's thread
   */
  GroupCommit(BindingTable table, BindingMemory memory, Executor thread) {
    this.table = table;
    this.memory = memory;
    this.thread = thread;
  }

  /**
   * Asks for a change.
   *
   * @return done after the commit; failed with what the change threw, or with {@link
   *     BindingsUnavailableException}
   */
  <T> CompletableFuture<T> submit(Change<T> change) {
    var pending = new Pending<T>(change);
    waiting.add(pending);
    workIfThereIsWork();
    return pending.outcome;
  }

  /**
   * Has the memory of addresses of record taken from the table, where somebody else may have
   * changed them.
   *
   * @return done when that has happened
   */
  CompletableFuture<Void> readAgain(Set<Aor> aors) {
    suspect.addAll(aors);
    return submit(draft -> null);
  }

  private void workIfThereIsWork() {
    if (!waiting.isEmpty() && working.compareAndSet(false, true)) {
      thread.execute(this::work);
    }
  }

  private void work() {
    try {
      for (var group = next(); !group.isEmpty(); group = next()) {
        readSuspect();
        commit(group);
      }
    } finally {
      working.set(false);
      // What came between the last look and the line above found somebody at work.
      workIfThereIsWork();
    }
  }

  private List<Pending<?>> next() {
    var group = new ArrayList<Pending<?>>();
    for (var pending = waiting.poll(); pending != null; pending = waiting.poll()) {
      group.add(pending);
      if (group.size() == MOST_IN_A_GROUP) {
        break;
      }
    }
    return group;
  }

  private void commit(List<Pending<?>> group) {
    var draft = new Draft(memory);
    for (var pending : group) {
      pending.apply(draft);
    }
    try {
      var changes = draft.changes();
      if (!changes.isEmpty()) {
        table.write(changes);
      }
      draft.remember();
      group.forEach(Pending::committed);
    } catch (SQLException e) {
      if (group.size() > 1 && BindingTable.isOfARow(e)) {
        // One of them is at fault, and only one shall fail for it.
        group.forEach(pending -> commit(List.of(pending)));
      } else {
        fail(group, draft, e);
      }
    } catch (RuntimeException e) {
      fail(group, draft, new SQLException("unexpected " + e, e));
    }
  }

  private void fail(List<Pending<?>> group, Draft draft, SQLException reason) {
    if (!BindingTable.isOfNobody(reason)) {
      LOG.log(
          Level.ERROR,
          "{0} changes of bindings not committed: {1}",
          group.size(),
          reason.getMessage().lines().findFirst().orElse(""));
    }
    if (reason instanceof BindingTable.OutOfStepException || !BindingTable.isOfARow(reason)) {
      // Rows are not what they were taken for, or a commit was lost on its way back.
      suspect.addAll(draft.aors());
    }
    group.forEach(pending -> pending.failed(reason));
  }

  private void readSuspect() {
    while (!suspect.isEmpty()) {
      var some = suspect.stream().limit(MOST_READ_AT_ONCE).toList();
      // Whoever comes under suspicion while it is read is read once more.
      some.forEach(suspect::remove);
      try {
        var found = table.read(some);
        some.forEach(aor -> memory.put(aor, found.getOrDefault(aor, List.of())));
      } catch (SQLException e) {
        suspect.addAll(some);
        LOG.log(
            Level.ERROR,
            "Bindings of {0} and {1} others could not be read again: {2}",
            some.get(0),
            some.size() - 1,
            e.getMessage());
        return;
      }
    }
  }
}
