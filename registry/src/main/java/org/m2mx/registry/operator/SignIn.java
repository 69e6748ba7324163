package org.m2mx.registry.operator;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Optional;
import org.m2mx.registry.Status;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;

/**
 * For whoever lets operators in: who somebody is whose password has been checked. The only look
 * into the registry that needs nobody to act yet.
 */
@ApplicationScoped
public class SignIn {
  private static final int LONGEST_FACT = 256;

  private final EntityManager entities;
  private final AuditTrail audit;
  private final Acting acting;

  /** For the client proxy only. */
  protected SignIn() {
    this(null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param audit where it is written down who is not let in
   * @param acting is told that the service itself writes
   */
  @Inject
  public SignIn(EntityManager entities, AuditTrail audit, Acting acting) {
    this.entities = entities;
    this.audit = audit;
    this.acting = acting;
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

  /**
   * Writes into the audit trail that somebody whom an OpenID provider vouches for is no operator
   * whom it may vouch for.
   *
   * @param name as whom the provider knows that somebody
   * @param subject the provider's identifier of that somebody
   * @param source the network address it came from
   */
  @Transactional
  public void refused(String name, String subject, String source) {
    acting.as(
        Actor.service("sign-in", source),
        () ->
            audit.add(
                new Change(
                    Action.OPERATOR_REFUSED,
                    excerpt(name),
                    null,
                    Facts.NONE,
                    Facts.of("openid-subject", excerpt(subject)))));
  }

  private static String excerpt(String text) {
    var printable = text.replaceAll("\\p{C}", "\uFFFD");
    return printable.length() <= LONGEST_FACT ? printable : printable.substring(0, LONGEST_FACT);
  }
}
