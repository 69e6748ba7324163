package org.m2mx.registry.guard;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.isp.Domains;

/**
 * Who is shut out, for those who look after subscribers. An ISP's operators see and lift what is
 * about an account of theirs; a source, which may guess at everybody's, is the platform's.
 */
@ApplicationScoped
public class ShutOuts {
  private final Guard guard;
  private final GuardLimits limits;
  private final Domains domains;
  private final AuditTrail audit;

  /** For the client proxy only. */
  protected ShutOuts() {
    this(null, null, null, null);
  }

  /**
   * @param guard shuts out
   * @param limits from where nothing is counted
   * @param domains whose domain is whose
   * @param audit where changes are written down
   */
  @Inject
  public ShutOuts(Guard guard, GuardLimits limits, Domains domains, AuditTrail audit) {
    this.guard = guard;
    this.limits = limits;
    this.domains = domains;
    this.audit = audit;
  }

  /**
   * Everybody who is shut out at present, the latest first.
   *
   * @param domain of the ISP whose accounts they are about; null for all, sources included
   */
  @Requires(Access.READ)
  public List<ShutOut> list(@Within String domain) {
    return guard.shutOuts().stream().filter(shutOut -> concerns(domain, shutOut)).toList();
  }

  /**
   * Ends a shut-out before its time; what led to it is forgotten.
   *
   * @param domain of the ISP whose account it is about; null for any, and for a source
   * @throws NotFoundException when it has ended, or is about somebody else's account
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void lift(@Within String domain, ShutOut shutOut) {
    if (!concerns(domain, shutOut) || !guard.lift(shutOut)) {
      throw new NotFoundException("This shut-out has ended");
    }
    var account = shutOut.account();
    var facts = Facts.of("cause", shutOut.cause()).and("until", shutOut.until());
    audit.add(
        new Change(
            Action.SHUT_OUT_LIFTED,
            account == null ? shutOut.source().toString() : account.toString(),
            account == null ? null : account.domain(),
            account == null ? facts : facts.and("source", shutOut.source()),
            Facts.NONE));
  }

  /** From where nothing is counted. */
  @Requires(Access.READ)
  public List<AddressBlock> allowed() {
    return limits.allowed();
  }

  private boolean concerns(String domain, ShutOut shutOut) {
    return domain == null
        || shutOut.account() != null && domains.ispOf(shutOut.account().domain()).equals(domain);
  }
}
