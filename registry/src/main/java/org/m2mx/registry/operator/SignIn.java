package org.m2mx.registry.operator;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.Optional;
import org.m2mx.registry.Status;

/**
 * For whoever lets operators in: who somebody is whose password has been checked. The only look
 * into the registry that needs nobody to act yet.
 */
@ApplicationScoped
public class SignIn {
  private final EntityManager entities;

  /** For the client proxy only. */
  protected SignIn() {
    this(null);
  }

  /**
   * @param entities the registry's persistence context
   */
  @Inject
  public SignIn(EntityManager entities) {
    this.entities = entities;
  }

  /** The operator of that name; empty when there is none, or it is suspended. */
  public Optional<Operator> operator(String name) {
    return entities
        .createQuery(
            "select o from Operator o where o.name = :name and o.status = :active", Operator.class)
        .setParameter("name", name)
        .setParameter("active", Status.ACTIVE)
        .getResultStream()
        .findFirst();
  }
}
