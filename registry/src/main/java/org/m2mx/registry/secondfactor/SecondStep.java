package org.m2mx.registry.secondfactor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.Optional;
import org.m2mx.registry.operator.Operator;

/**
 * For whoever lets operators in: what one whose password is right has to show besides. A look into
 * the registry that needs nobody to act yet.
 */
@ApplicationScoped
public class SecondStep {
  private final EntityManager entities;

  /** For the client proxy only. */
  protected SecondStep() {
    this(null);
  }

  /**
   * @param entities the registry's persistence context
   */
  @Inject
  public SecondStep(EntityManager entities) {
    this.entities = entities;
  }

  /** The app that an operator has to show a code of; empty when it has none. */
  public Optional<SecondFactor> of(Operator operator) {
    return Optional.ofNullable(entities.find(SecondFactor.class, operator.id()));
  }
}
