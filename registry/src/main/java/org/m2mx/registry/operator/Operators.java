package org.m2mx.registry.operator;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.schema.SchemaReady;

/** The operators of this service. */
@ApplicationScoped
public class Operators {
  /** The name of the operator that the first start makes. */
  public static final String FIRST_ADMINISTRATOR = "admin";

  private static final Logger LOG = System.getLogger(Operators.class.getName());

  private final EntityManager entities;
  private final SecureRandom random;
  private final Clock clock;

  /** For the client proxy only. */
  protected Operators() {
    this(null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param random where one-time passwords and salts come from
   * @param clock tells when an operator was added
   */
  @Inject
  public Operators(EntityManager entities, SecureRandom random, Clock clock) {
    this.entities = entities;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Makes the first administrator when there is no operator at all. Its one-time password is shown
   * in the log, this once, and good for nothing but choosing another.
   */
  @Transactional
  public void makeFirstAdministrator(@Observes SchemaReady ready) {
    var operators =
        entities.createQuery("select count(o) from Operator o", Long.class).getSingleResult();
    if (operators == 0) {
      var oneTime = Password.generate(random);
      entities.persist(
          new Operator(
              FIRST_ADMINISTRATOR,
              Role.ADMINISTRATOR,
              SaltedPassword.of(oneTime, SaltedPassword.ITERATIONS, random),
              clock.instant()));
      entities.flush();
      LOG.log(
          Level.WARNING,
          "First start: sign in to the console as {0} with the one-time password {1} and choose another",
          FIRST_ADMINISTRATOR,
          oneTime.reveal());
    }
  }

  /** Looks an operator up; empty when there is none of that name. */
  public Optional<Operator> find(String name) {
    return entities
        .createQuery("select o from Operator o where o.name = :name", Operator.class)
        .setParameter("name", name)
        .getResultStream()
        .findFirst();
  }

  /**
   * Changes an operator's password; with it a one-time password has done its duty.
   *
   * @param name the operator
   * @param present the present password as typed
   * @param chosen the new password
   * @throws WrongPasswordException when the present password is another
   * @throws IllegalArgumentException when the chosen password is the present one
   * @throws NotFoundException when there is no such operator
   */
  @Transactional
  public void changePassword(String name, String present, Password chosen) {
    var operator =
        find(name).orElseThrow(() -> new NotFoundException("There is no operator " + name));
    if (!operator.provesItselfWith(present)) {
      LOG.log(Level.WARNING, "Password of operator {0} not changed: present password wrong", name);
      throw new WrongPasswordException(name);
    }
    if (operator.provesItselfWith(chosen.reveal())) {
      throw new IllegalArgumentException("The new password is the present one");
    }
    operator.change(SaltedPassword.of(chosen, SaltedPassword.ITERATIONS, random));
    LOG.log(Level.INFO, "Password of operator {0} changed", name);
  }
}
