package org.m2mx.registry.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.isp.Isps;

/** The keys of programs. Whoever may change an ISP may let programs do so; none lasts for ever. */
@ApplicationScoped
public class ApiKeys {
  /** The longest name of a key, in characters. */
  public static final int MAX_NAME_LENGTH = 64;

  /** For how long a key may be made. */
  public static final Duration LONGEST_LIFE = Duration.ofDays(731);

  /** A use is written down this often, lest every question be a write. */
  private static final Duration USE_NOTED = Duration.ofMinutes(1);

  private final EntityManager entities;
  private final Isps isps;
  private final AuditTrail audit;
  private final SecureRandom random;
  private final Clock clock;

  /** For the client proxy only. */
  protected ApiKeys() {
    this(null, null, null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param isps what keys are bound to
   * @param audit where changes are written down
   * @param random where tokens come from
   * @param clock tells what has expired
   */
  @Inject
  public ApiKeys(
      EntityManager entities, Isps isps, AuditTrail audit, SecureRandom random, Clock clock) {
    this.entities = entities;
    this.isps = isps;
    this.audit = audit;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Makes a key.
   *
   * @param domain the ISP it is bound to; null for all ISPs
   * @param name what to call it, 1 to {@value #MAX_NAME_LENGTH} characters after trimming
   * @param scope what it is good for
   * @param expires when it stops working, at most {@link #LONGEST_LIFE} from now
   * @return the token to show to the registry, seen this once
   * @throws IllegalArgumentException when name or end is not allowed
   * @throws NotFoundException when no ISP has the domain
   */
  @Transactional
  @Requires(Access.CHANGE)
  public Token make(@Within String domain, String name, Scope scope, Instant expires) {
    var trimmed = name.strip();
    if (trimmed.isEmpty() || trimmed.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "A key's name has 1 to " + MAX_NAME_LENGTH + " characters, not " + trimmed.length());
    }
    var now = now();
    if (!expires.isAfter(now) || expires.isAfter(now.plus(LONGEST_LIFE))) {
      throw new IllegalArgumentException(
          "A key works for at most "
              + LONGEST_LIFE.toDays()
              + " days from now, not until "
              + expires);
    }
    var bound = domain == null ? null : isps.require(domain).domain();
    var token = Token.generate(random);
    var key = new ApiKey(trimmed, bound, scope, token, now, expires.truncatedTo(ChronoUnit.MICROS));
    entities.persist(key);
    audit.add(new Change(Action.API_KEY_MADE, key.label(), bound, Facts.NONE, key.facts()));
    return token;
  }

  /**
   * The keys bound to an ISP, the latest first, those included whose time is over.
   *
   * @param domain null for those that are bound to none
   */
  @Requires(Access.READ)
  public List<ApiKey> list(@Within String domain) {
    var query =
        domain == null
            ? entities.createQuery(
                "select k from ApiKey k where k.domain is null order by k.id desc", ApiKey.class)
            : entities
                .createQuery(
                    "select k from ApiKey k where k.domain = lower(:domain) order by k.id desc",
                    ApiKey.class)
                .setParameter("domain", domain);
    return query.getResultList();
  }

  /**
   * Takes a key back: with it nobody gets in any more.
   *
   * @param domain the ISP it is bound to; null when it is bound to none
   * @throws NotFoundException when there is no such key of that ISP
   */
  @Transactional
  @Requires(Access.CHANGE)
  public void revoke(@Within String domain, long id) {
    var key =
        list(domain).stream()
            .filter(one -> one.id() == id)
            .findFirst()
            .orElseThrow(() -> new NotFoundException("There is no API key " + id));
    entities.remove(key);
    audit.add(
        new Change(Action.API_KEY_REVOKED, key.label(), key.domain(), key.facts(), Facts.NONE));
  }

  /**
   * Uses a key. Whoever has the token may: it is what opens.
   *
   * @return empty when the key has expired, was revoked, or never was
   */
  @Transactional
  public Optional<ApiKey> use(Token token) {
    var now = now();
    return entities
        .createQuery(
            "select k from ApiKey k where k.tokenHash = :hash and k.expires > :now", ApiKey.class)
        .setParameter("hash", token.hash())
        .setParameter("now", now)
        .getResultStream()
        .findFirst()
        .map(
            key -> {
              if (key.used().filter(used -> used.plus(USE_NOTED).isAfter(now)).isEmpty()) {
                key.use(now);
              }
              return key;
            });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
