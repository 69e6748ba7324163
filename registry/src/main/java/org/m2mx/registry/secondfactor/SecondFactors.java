package org.m2mx.registry.secondfactor;

import static java.util.stream.Collectors.toUnmodifiableSet;

import jakarta.enterprise.context.ApplicationScoped;
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
import java.util.Set;
import java.util.stream.Stream;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.RegistryKey;
import org.m2mx.registry.credential.RegistryKeyException;
import org.m2mx.registry.credential.Seal;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.operator.WrongPasswordException;

/**
 * The authenticator apps of operators. Whoever lets operators in asks here for the second proof.
 */
@ApplicationScoped
public class SecondFactors {
  /** How many recovery codes an operator gets. */
  public static final int RECOVERY_CODES = 10;

  private static final Logger LOG = System.getLogger(SecondFactors.class.getName());
  private static final Facts ON = Facts.of("second factor", "app");

  private final EntityManager entities;
  private final Operators operators;
  private final AuditTrail audit;
  private final Acting acting;
  private final Seal seal;
  private final SecureRandom random;
  private final Clock clock;

  /** For the client proxy only. */
  protected SecondFactors() {
    entities = null;
    operators = null;
    audit = null;
    acting = null;
    seal = null;
    random = null;
    clock = null;
  }

  /**
   * @param entities the registry's persistence context
   * @param operators whose they are
   * @param audit where changes are written down
   * @param acting knows whose app is meant
   * @param key seals the secrets
   * @param random where recovery codes come from
   * @param clock tells which code it is time for
   */
  @Inject
  public SecondFactors(
      EntityManager entities,
      Operators operators,
      AuditTrail audit,
      Acting acting,
      RegistryKey key,
      SecureRandom random,
      Clock clock) {
    this.entities = entities;
    this.operators = operators;
    this.audit = audit;
    this.acting = acting;
    this.seal = new Seal(key, "second factor seal", random);
    this.random = random;
    this.clock = clock;
  }

  /** The names of the operators that have one. */
  @Requires(Access.READ)
  public Set<String> names() {
    return entities
        .createQuery(
            "select o.name from Operator o where o.id in (select f.operatorId from SecondFactor f)",
            String.class)
        .getResultStream()
        .collect(toUnmodifiableSet());
  }

  /** The acting operator's; empty when it has none. */
  @Transactional
  @Requires(Access.OWN)
  public Optional<SecondFactor> own() {
    var own = of(operators.own());
    // Read while the transaction lasts.
    own.ifPresent(SecondFactor::recoveryCodesLeft);
    return own;
  }

  /**
   * Has the acting operator asked for a code from the next sign-in on.
   *
   * @param present its present password, so that nobody does this at a desk left alone
   * @param secret what the app has taken
   * @param code what the app shows, which is thereby used
   * @return codes for the day on which the app is lost, in the order to be shown; they are not to
   *     be had again
   * @throws WrongPasswordException when the present password is another
   * @throws WrongCodeException when the app shows something else
   * @throws TakenException when there is one already
   */
  @Transactional
  @Requires(Access.OWN)
  public List<RecoveryCode> enrol(String present, TotpSecret secret, String code) {
    var operator = operators.proven(present);
    if (of(operator).isPresent()) {
      throw new TakenException("Operator " + operator.name() + " has a second factor already");
    }
    var now = clock.instant();
    var step =
        Totp.OF_APPS
            .match(secret.octets(), code.strip(), now, Long.MIN_VALUE)
            .orElseThrow(() -> new WrongCodeException(operator.name()));
    var codes = Stream.generate(() -> RecoveryCode.generate(random)).limit(RECOVERY_CODES).toList();
    var sealed = seal.seal(place(operator), secret.octets());
    entities.persist(new SecondFactor(operator.id(), sealed, now, step, codes));
    record(Action.SECOND_FACTOR_ENROLLED, operator, Facts.NONE, ON);
    return codes;
  }

  /**
   * Asks the acting operator for its second proof. A code counts once; wrong ones are counted, over
   * all sessions, and five in a row lock it for a quarter of an hour.
   *
   * @param code of the app, or a recovery code
   * @throws NotFoundException when the operator has no app
   * @throws RegistryKeyException when the app's secret was sealed with another key
   */
  @Transactional
  @Requires(Access.OWN)
  public Verdict verify(String code) {
    var operator = operators.own();
    // Locked, so that of two sessions that show the same code at the same moment one is refused.
    var factor = entities.find(SecondFactor.class, operator.id(), LockModeType.PESSIMISTIC_WRITE);
    if (factor == null) {
      throw new NotFoundException("Operator " + operator.name() + " has no second factor");
    }
    // Before the lock: nobody guesses one, and it is the way in for whom somebody keeps out.
    if (factor.spend(RecoveryCode.typed(code))) {
      record(
          Action.RECOVERY_CODE_SPENT,
          operator,
          Facts.NONE,
          Facts.of("left", factor.recoveryCodesLeft()));
      return Verdict.ACCEPTED;
    }
    var now = clock.instant();
    if (factor.lockedAt(now)) {
      return refused(operator, Verdict.LOCKED);
    }
    var step = Totp.OF_APPS.match(secret(operator, factor), code.strip(), now, factor.lastStep());
    if (step.isPresent()) {
      factor.accept(step.getAsLong());
      return Verdict.ACCEPTED;
    }
    factor.refuse(now);
    return refused(operator, factor.lockedAt(now) ? Verdict.LOCKED : Verdict.WRONG);
  }

  /**
   * Asks the acting operator no longer.
   *
   * @param present its present password
   * @throws WrongPasswordException when the present password is another
   */
  @Transactional
  @Requires(Access.OWN)
  public void remove(String present) {
    remove(operators.proven(present), Action.SECOND_FACTOR_REMOVED);
  }

  /**
   * Takes it from an operator that has lost app and recovery codes.
   *
   * @throws NotFoundException when there is no operator of that name
   */
  @Transactional
  @Requires(Access.ADMINISTER)
  public void reset(String name) {
    remove(operators.named(name), Action.SECOND_FACTOR_RESET);
  }

  private Optional<SecondFactor> of(Operator operator) {
    return Optional.ofNullable(entities.find(SecondFactor.class, operator.id()));
  }

  private void remove(Operator operator, Action action) {
    of(operator)
        .ifPresent(
            factor -> {
              entities.remove(factor);
              record(action, operator, ON, Facts.NONE);
            });
  }

  private byte[] secret(Operator operator, SecondFactor factor) {
    return seal.open(place(operator), factor.sealedSecret())
        .orElseThrow(
            () ->
                new RegistryKeyException(
                    "The second factor of operator %s does not open: it was sealed with another key or changed; reset it"
                        .formatted(operator.name())));
  }

  private Verdict refused(Operator operator, Verdict verdict) {
    LOG.log(
        Level.WARNING,
        "Second factor of operator {0} refused: {1}, from {2}",
        operator.name(),
        verdict,
        acting.required().source());
    return verdict;
  }

  private void record(Action action, Operator operator, Facts before, Facts after) {
    audit.add(new Change(action, operator.name(), operator.domain(), before, after));
  }

  private static String place(Operator operator) {
    return "operator " + operator.id();
  }
}
