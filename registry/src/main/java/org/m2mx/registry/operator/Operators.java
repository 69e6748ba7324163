package org.m2mx.registry.operator;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.Status;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.schema.SchemaReady;

/** The operators of this service. */
@ApplicationScoped
public class Operators {
  /** The name of the operator that the first start makes. */
  public static final String FIRST_ADMINISTRATOR = "admin";

  /** The longest name of an operator, in characters. */
  public static final int MAX_NAME_LENGTH = 64;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0," + (MAX_NAME_LENGTH - 1) + "}");

  private static final Logger LOG = System.getLogger(Operators.class.getName());

  private final EntityManager entities;
  private final Isps isps;
  private final AuditTrail audit;
  private final Acting acting;
  private final SecureRandom random;
  private final Clock clock;

  /** For the client proxy only. */
  protected Operators() {
    this(null, null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps what operators can be bound to
   * @param audit where changes are written down
   * @param acting knows whose own password is changed
   * @param random where one-time passwords and salts come from
   * @param clock tells when an operator was added
   */
  @Inject
  public Operators(
      EntityManager entities,
      Isps isps,
      AuditTrail audit,
      Acting acting,
      SecureRandom random,
      Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.audit = audit;
    this.acting = acting;
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
      var first =
          new Operator(
              FIRST_ADMINISTRATOR, Role.ADMINISTRATOR, null, salted(oneTime), clock.instant());
      entities.persist(first);
      acting.as(
          Actor.service("first start"),
          () -> record(Action.OPERATOR_OPENED, first, Facts.NONE, first.facts()));
      entities.flush();
      LOG.log(
          Level.WARNING,
          "First start: sign in to the console as {0} with the one-time password {1} and choose"
              + " another",
          FIRST_ADMINISTRATOR,
          oneTime.reveal());
    }
  }

  /** All operators in the order of their names. */
  @Requires(Access.READ)
  public List<Operator> list() {
    return entities
        .createQuery("select o from Operator o order by o.name", Operator.class)
        .getResultList();
  }

  /**
   * Lets somebody in.
   *
   * @param name to sign in with: letters, digits and {@code . _ @ -}, at most {@value
   *     #MAX_NAME_LENGTH}, the first a letter or digit
   * @param role what it may do
   * @param domain of the ISP it is bound to, any of them; null for all ISPs
   * @return a password that is good for nothing but choosing another
   * @throws IllegalArgumentException when the name is not allowed, or role and domain contradict
   *     one another
   * @throws NotFoundException when no ISP has the domain
   * @throws TakenException when there is such an operator already
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public Password open(String name, Role role, String domain) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "An operator's name has 1 to "
              + MAX_NAME_LENGTH
              + " letters, digits and . _ @ - and begins with a letter or digit");
    }
    var isp = domain == null ? null : isps.require(domain).domain();
    var taken = "There is an operator " + name + " already";
    if (find(name).isPresent()) {
      throw new TakenException(taken);
    }
    var oneTime = Password.generate(random);
    var operator = new Operator(name, role, isp, salted(oneTime), clock.instant());
    Uniqueness.insert(entities, operator, taken);
    record(Action.OPERATOR_OPENED, operator, Facts.NONE, operator.facts());
    return oneTime;
  }

  /**
   * Keeps an operator out from its next click on.
   *
   * @throws NotFoundException when there is none of that name
   * @throws LastAdministratorException when nobody could run the platform then
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void suspend(String name) {
    requireAnotherAdministrator(name);
    change(Action.OPERATOR_SUSPENDED, name, Operator::suspend);
  }

  /**
   * Lets a suspended operator in again.
   *
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void resume(String name) {
    change(Action.OPERATOR_RESUMED, name, Operator::resume);
  }

  /**
   * Gives an operator a one-time password in the place of a lost one; its sessions end.
   *
   * @return a password that is good for nothing but choosing another
   * @throws NotFoundException when there is none of that name
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public Password resetPassword(String name) {
    var oneTime = Password.generate(random);
    change(Action.OPERATOR_RESET, name, operator -> operator.reset(salted(oneTime)));
    return oneTime;
  }

  /**
   * Removes an operator; what it did stays in the audit trail.
   *
   * @throws NotFoundException when there is none of that name
   * @throws LastAdministratorException when nobody could run the platform then
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void delete(String name) {
    requireAnotherAdministrator(name);
    var operator = require(name);
    record(Action.OPERATOR_DELETED, operator, operator.facts(), Facts.NONE);
    entities.remove(operator);
  }

  /**
   * Changes the password of the operator who acts; with it a one-time password has done its duty,
   * and all its sessions but the one that says so end.
   *
   * @param present the present password as typed
   * @param chosen the new password
   * @return the operator, with its new {@link Operator#mark}
   * @throws WrongPasswordException when the present password is another
   * @throws IllegalArgumentException when the chosen password is the present one
   * @throws NotFoundException when whoever acts is no operator
   */
  @Transactional
  @Requires(Access.OWN)
  public Operator changePassword(String present, Password chosen) {
    var operator = proven(present);
    if (operator.provesItselfWith(chosen.reveal())) {
      throw new IllegalArgumentException("The new password is the present one");
    }
    var before = operator.facts();
    operator.change(salted(chosen));
    record(Action.OPERATOR_PASSWORD_CHANGED, operator, before, operator.facts());
    return operator;
  }

  /**
   * The operator of a name.
   *
   * @throws NotFoundException when there is none
   */
  @Requires(Access.ADMINISTER)
  public Operator named(String name) {
    return require(name);
  }

  /**
   * The operator who acts.
   *
   * @throws NotFoundException when whoever acts is no operator
   */
  @Requires(Access.OWN)
  public Operator own() {
    return require(acting.required().name());
  }

  /**
   * The operator who acts, and knows its password.
   *
   * @param present the present password as typed
   * @throws WrongPasswordException when it is another
   * @throws NotFoundException when whoever acts is no operator
   */
  @Requires(Access.OWN)
  public Operator proven(String present) {
    var operator = own();
    if (!operator.provesItselfWith(present)) {
      LOG.log(
          Level.WARNING,
          "Present password of operator {0} given wrong, from {1}",
          operator.name(),
          acting.required().source());
      throw new WrongPasswordException(operator.name());
    }
    return operator;
  }

  private void change(Action action, String name, Consumer<Operator> change) {
    var operator = require(name);
    var before = operator.facts();
    change.accept(operator);
    record(action, operator, before, operator.facts());
  }

  private void record(Action action, Operator operator, Facts before, Facts after) {
    audit.add(new Change(action, operator.name(), operator.domain(), before, after));
  }

  // Locked, so that two administrators cannot suspend each other at the same moment.
  private void requireAnotherAdministrator(String name) {
    var administrators =
        entities
            .createQuery(
                "select o from Operator o where o.role = :role and o.status = :active order by"
                    + " o.id",
                Operator.class)
            .setParameter("role", Role.ADMINISTRATOR)
            .setParameter("active", Status.ACTIVE)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    if (administrators.size() == 1 && administrators.get(0).name().equals(name)) {
      throw new LastAdministratorException(name);
    }
  }

  private SaltedPassword salted(Password password) {
    return SaltedPassword.of(password, SaltedPassword.ITERATIONS, random);
  }

  private Optional<Operator> find(String name) {
    return entities
        .createQuery("select o from Operator o where o.name = :name", Operator.class)
        .setParameter("name", name)
        .getResultStream()
        .findFirst();
  }

  private Operator require(String name) {
    return find(name).orElseThrow(() -> new NotFoundException("There is no operator " + name));
  }
}
