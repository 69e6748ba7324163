package org.m2mx.registry;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * Settles who was first. A look-up before the insert gives the usual duplicate its answer; of two
 * inserts at the very same moment only the database's unique constraint knows the second.
 */
public final class Uniqueness {
  private static final String INTEGRITY_CONSTRAINT_VIOLATION = "23";

  private Uniqueness() {}

  /**
   * Inserts at once, so that a unique constraint speaks here and not at commit.
   *
   * @param entities the persistence context
   * @param entity a new entity
   * @param message what to say when its name is in use
   * @throws TakenException when the database refuses a duplicate
   */
  public static void insert(EntityManager entities, Object entity, String message) {
    write(
        () -> {
          entities.persist(entity);
          entities.flush();
        },
        e -> new TakenException(message, e));
  }

  /**
   * Writes down at once what was changed, so that a constraint speaks here and not at commit.
   *
   * @param entities the persistence context
   * @param refusal what to throw when the database refuses it because of a constraint
   */
  public static void flush(
      EntityManager entities, Function<PersistenceException, RuntimeException> refusal) {
    write(entities::flush, refusal);
  }

  private static void write(
      Runnable writing, Function<PersistenceException, RuntimeException> refusal) {
    try {
      writing.run();
    } catch (PersistenceException e) {
      throw violatesConstraint(e) ? refusal.apply(e) : e;
    }
  }

  private static boolean violatesConstraint(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && sql.getSQLState().startsWith(INTEGRITY_CONSTRAINT_VIOLATION)) {
        return true;
      }
    }
    return false;
  }
}
