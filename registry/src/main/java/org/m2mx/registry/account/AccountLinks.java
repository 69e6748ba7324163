package org.m2mx.registry.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.subscriber.Subscribers;

/**
 * Links that hand accounts out. A link carries no password and keeps none: spending it makes a new
 * one, which is the first that anybody has seen. Until then the account is as it was.
 */
@ApplicationScoped
public class AccountLinks {
  private final EntityManager entities;
  private final Subscribers subscribers;
  private final Domains domains;
  private final AuditTrail audit;
  private final Acting acting;
  private final SecureRandom random;
  private final Clock clock;
  private final Duration lifetime;

  /** For the client proxy only. */
  protected AccountLinks() {
    this(null, null, null, null, null, null, null, Duration.ofHours(1));
  }

  /**
   * @param entities the registry's persistence context
   * @param subscribers whose accounts they are
   * @param domains whose domain is whose
   * @param audit where changes are written down
   * @param acting is told that whoever holds a link acts for its subscriber
   * @param random where tokens and passwords come from
   * @param clock tells what has expired
   * @param lifetime {@code m2mx.account.link-lifetime}: how long a link works, default 72 hours
   * @throws IllegalArgumentException if that is not positive
   */
  @Inject
  public AccountLinks(
      EntityManager entities,
      Subscribers subscribers,
      Domains domains,
      AuditTrail audit,
      Acting acting,
      SecureRandom random,
      Clock clock,
      @ConfigProperty(name = "m2mx.account.link-lifetime", defaultValue = "PT72H")
          Duration lifetime) {
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new IllegalArgumentException(
          "m2mx.account.link-lifetime=" + lifetime + ": give more than nothing, such as PT72H");
    }
    this.entities = entities;
    this.subscribers = subscribers;
    this.domains = domains;
    this.audit = audit;
    this.acting = acting;
    this.random = random;
    this.clock = clock;
    this.lifetime = lifetime;
  }

  /** How long a link works. */
  public Duration lifetime() {
    return lifetime;
  }

  /**
   * A spent link.
   *
   * @param aor whose account it was
   * @param password its new password
   */
  public record Spent(Aor aor, Password password) {}

  /**
   * Makes a link; an earlier one of the same subscriber stops working.
   *
   * @return the token that the link ends with, shown this once
   * @throws NotFoundException when there is no such subscriber
   */
  @Transactional
  @Requires(Access.CHANGE)
  public Token issue(@Within Aor aor) {
    if (subscribers.find(aor).isEmpty()) {
      throw new NotFoundException("There is no subscriber " + aor);
    }
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var token = Token.generate(random);
    var before = find(aor);
    var facts = before.map(AccountLink::facts).orElse(Facts.NONE);
    var link = before.orElseGet(() -> new AccountLink(aor));
    link.renew(token, now, now.plus(lifetime));
    if (before.isEmpty()) {
      entities.persist(link);
    }
    audit.add(Change.of(Action.ACCOUNT_LINK_ISSUED, aor, facts, link.facts()));
    return token;
  }

  /** The link of a subscriber that has neither been spent nor expired. */
  @Requires(Access.READ)
  public Optional<AccountLink> pending(@Within Aor aor) {
    return find(aor).filter(link -> link.expires().isAfter(clock.instant()));
  }

  /** Takes a subscriber's link back; without one nothing changes. */
  @Transactional
  @Requires(Access.CHANGE)
  public void withdraw(@Within Aor aor) {
    find(aor)
        .ifPresent(
            link -> {
              entities.remove(link);
              audit.add(Change.of(Action.ACCOUNT_LINK_WITHDRAWN, aor, link.facts(), Facts.NONE));
            });
  }

  /**
   * Whose account a link would hand out. Whoever has the token may ask: it is what opens.
   *
   * @return empty when the link is spent, expired, or never was
   */
  public Optional<Aor> whose(Token token) {
    return live(token).getResultStream().findFirst().map(AccountLink::aor);
  }

  /**
   * Spends a link: of any number of attempts at the same moment, one succeeds. The subscriber
   * proves itself with the new password from now on.
   *
   * @param token whoever has it may spend it
   * @param source the network address it comes from, for the audit trail
   * @return empty when the link is spent, expired, or never was, and when the subscriber is
   *     suspended, whose link stays
   */
  @Transactional
  public Optional<Spent> spend(Token token, String source) {
    return live(token)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .flatMap(link -> spend(link, source));
  }

  private Optional<Spent> spend(AccountLink link, String source) {
    var aor = link.aor();
    var isp = domains.ispOf(aor.domain());
    var holder = new Actor("account link", Role.ISP_OPERATOR, isp, source);
    var turn = acting.begin(holder);
    try {
      if (subscribers.find(aor).filter(subscriber -> subscriber.served()).isEmpty()) {
        return Optional.empty();
      }
      var password = Password.generate(random);
      entities.remove(link);
      subscribers.resetCredential(aor, password);
      audit.add(Change.of(Action.ACCOUNT_LINK_SPENT, aor, link.facts(), Facts.NONE));
      return Optional.of(new Spent(aor, password));
    } finally {
      turn.end();
    }
  }

  private TypedQuery<AccountLink> live(Token token) {
    return entities
        .createQuery(
            "select l from AccountLink l where l.tokenHash = :hash and l.expires > :now",
            AccountLink.class)
        .setParameter("hash", token.hash())
        .setParameter("now", clock.instant());
  }

  private Optional<AccountLink> find(Aor aor) {
    return Optional.ofNullable(entities.find(AccountLink.class, aor.toString()));
  }
}
