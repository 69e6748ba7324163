package org.m2mx.registry.binding;

import static java.util.stream.Collectors.toMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.binding.Registration.Contact;
import org.m2mx.registry.subscriber.Subscriber;

/**
 * Where subscribers are. A change is all or nothing and committed when its method returns, so that
 * a 200 sent after it promises what the database holds. Changes to one address of record wait for
 * one another; different ones do not.
 */
@ApplicationScoped
public class Bindings {
  private static final Comparator<Binding> BY_PREFERENCE =
      Comparator.comparingInt(Binding::preference)
          .thenComparing(Binding::refreshed)
          .reversed()
          .thenComparing(Binding::bindingKey);

  private static final int KEYS_PER_STATEMENT = 1000;

  private final EntityManager entities;
  private final int maxBindings;

  /** For the client proxy only. */
  protected Bindings() {
    this(null, 1);
  }

  /**
   * @param entities the registry's persistence context
   * @param maxBindings {@code m2mx.registrar.max-bindings}: how many an address of record may have
   *     at a time, default 10
   * @throws IllegalArgumentException if it is below 1
   */
  @Inject
  public Bindings(
      EntityManager entities,
      @ConfigProperty(name = "m2mx.registrar.max-bindings", defaultValue = "10") int maxBindings) {
    if (maxBindings < 1) {
      throw new IllegalArgumentException(
          "m2mx.registrar.max-bindings=" + maxBindings + ": give 1 or more");
    }
    this.entities = entities;
    this.maxBindings = maxBindings;
  }

  /**
   * The live bindings of an address of record, the preferred first: by q, then the most recently
   * refreshed.
   *
   * @return empty when nobody of that name is registered
   */
  public List<Binding> of(Aor aor, Instant now) {
    var unexpired =
        entities
            .createQuery(
                "select b from Binding b where b.aor = :aor and b.expires > :now", Binding.class)
            .setParameter("aor", aor)
            .setParameter("now", now)
            .getResultList();
    return live(unexpired, now);
  }

  /**
   * Does what a REGISTER request asks for (RFC 3261 section 10.3 step 7).
   *
   * @param aor a subscriber, authenticated
   * @param registration what it asks for
   * @param now when the request came
   * @return the live bindings afterwards, as {@link #of} gives them
   * @throws OutOfOrderException when a binding it names was changed by a later request of the same
   *     Call-ID
   * @throws TooManyBindingsException when more would be live than allowed
   * @throws NotFoundException when there is no such subscriber
   */
  @Transactional(TxType.REQUIRES_NEW)
  public List<Binding> register(Aor aor, Registration registration, Instant now) {
    var instant = now.truncatedTo(ChronoUnit.MICROS);
    lock(aor);
    var bindings = byKey(locked(aor));
    var contacts = new LinkedHashMap<String, Contact>();
    for (var contact : registration.contacts()) {
      contacts.put(BindingKey.of(contact), contact);
    }
    contacts.keySet().stream()
        .filter(bindings::containsKey)
        .forEach(key -> requireOrder(bindings.get(key), registration, instant));
    contacts.forEach((key, contact) -> apply(aor, registration, contact, key, bindings, instant));
    var live = live(bindings.values(), instant);
    if (live.size() > maxBindings) {
      throw new TooManyBindingsException(aor, live.size(), maxBindings);
    }
    return live;
  }

  /**
   * Removes all bindings, as a REGISTER with {@code Contact: *} asks for (RFC 3261 section 10.3
   * step 6).
   *
   * @param aor a subscriber, authenticated
   * @param callId the request's Call-ID
   * @param cseq the request's CSeq number
   * @param now when the request came
   * @throws OutOfOrderException when a binding was changed by a later request of the same Call-ID;
   *     all stay then
   * @throws NotFoundException when there is no such subscriber
   */
  @Transactional(TxType.REQUIRES_NEW)
  public void removeAll(Aor aor, String callId, long cseq, Instant now) {
    lock(aor);
    var bindings = locked(aor);
    bindings.forEach(binding -> requireOrder(binding, callId, cseq, now));
    bindings.forEach(entities::remove);
  }

  /**
   * Removes the bindings that are reached through a connection, because it has ended.
   *
   * @param flow the connection's token
   * @return how many there were
   */
  @Transactional(TxType.REQUIRES_NEW)
  public int removeFlow(String flow) {
    return remove(
        entities
            .createNativeQuery("select id from binding where flow = ?1 order by id for update")
            .setParameter(1, flow));
  }

  /**
   * Clears away what has expired; nobody sees it any more anyway.
   *
   * @return how many there were
   */
  @Transactional(TxType.REQUIRES_NEW)
  public int removeExpired(Instant now) {
    return remove(
        entities
            .createNativeQuery("select id from binding where expires <= ?1 order by id for update")
            .setParameter(1, now));
  }

  // Whoever removes or changes bindings locks them first, in the order of their keys: a user agent
  // that comes back while its
  // old connection is cleared away finds its binding or finds none, and nobody waits in a circle.
  private int remove(Query lockedKeys) {
    List<?> locked = lockedKeys.getResultList();
    var keys = locked.stream().map(key -> ((Number) key).longValue()).toList();
    for (int from = 0; from < keys.size(); from += KEYS_PER_STATEMENT) {
      entities
          .createQuery("delete from Binding b where b.id in :keys")
          .setParameter(
              "keys", keys.subList(from, Math.min(keys.size(), from + KEYS_PER_STATEMENT)))
          .executeUpdate();
    }
    return keys.size();
  }

  private void apply(
      Aor aor,
      Registration registration,
      Contact contact,
      String key,
      Map<String, Binding> bindings,
      Instant now) {
    if (contact.removes()) {
      var removed = bindings.remove(key);
      if (removed != null) {
        entities.remove(removed);
      }
      return;
    }
    var binding = bindings.get(key);
    if (binding == null) {
      binding = new Binding(aor, key);
      binding.update(registration, contact, now);
      entities.persist(binding);
      bindings.put(key, binding);
    } else {
      binding.update(registration, contact, now);
    }
  }

  // One row that every change to the address of record takes first: what follows sees all earlier
  // changes.
  private void lock(Aor aor) {
    entities
        .createQuery("select s from Subscriber s where s.aor = :aor", Subscriber.class)
        .setParameter("aor", aor)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .orElseThrow(() -> new NotFoundException("There is no subscriber " + aor));
  }

  private List<Binding> locked(Aor aor) {
    return entities
        .createQuery("select b from Binding b where b.aor = :aor order by b.id", Binding.class)
        .setParameter("aor", aor)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultList();
  }

  private static void requireOrder(Binding binding, Registration registration, Instant now) {
    requireOrder(binding, registration.callId(), registration.cseq(), now);
  }

  private static void requireOrder(Binding binding, String callId, long cseq, Instant now) {
    if (binding.liveAt(now) && binding.callId().equals(callId) && cseq <= binding.cseq()) {
      throw new OutOfOrderException(binding, cseq);
    }
  }

  private static Map<String, Binding> byKey(List<Binding> bindings) {
    return bindings.stream().collect(toMap(Binding::bindingKey, binding -> binding));
  }

  private static List<Binding> live(Collection<Binding> bindings, Instant now) {
    return bindings.stream().filter(binding -> binding.liveAt(now)).sorted(BY_PREFERENCE).toList();
  }
}
