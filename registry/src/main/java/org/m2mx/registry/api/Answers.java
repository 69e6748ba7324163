package org.m2mx.registry.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.Uniqueness;
import org.m2mx.registry.credential.Token;

/**
 * Lets a program repeat a request whose answer it did not get, without anything happening twice: it
 * gives the request a name, and the same name gets the same answer. What the request does and its
 * answer are committed together.
 */
@ApplicationScoped
public class Answers {
  /** The longest name of a request, in characters. */
  public static final int MAX_NAME_LENGTH = 64;

  /** How long an answer is kept. */
  public static final Duration KEPT = Duration.ofHours(24);

  private final EntityManager entities;
  private final AnswerSeal seal;
  private final Clock clock;

  /** For the client proxy only. */
  protected Answers() {
    this(null, null, null);
  }

  /**
   * @param entities the registry's persistence context
   * @param random where nonces come from
   * @param clock tells what is old
   */
  @Inject
  public Answers(EntityManager entities, SecureRandom random, Clock clock) {
    this.entities = entities;
    this.seal = new AnswerSeal(random);
    this.clock = clock;
  }

  /**
   * An answer.
   *
   * @param content what was kept, or is now
   * @param repeated whether it is that of an earlier request
   */
  public record Answer(byte[] content, boolean repeated) {}

  /**
   * Does something unless it was done under that name. What the work throws undoes it and is thrown
   * on; nothing is kept then.
   *
   * @param token the program's
   * @param key what the token opens
   * @param name what the program calls its request, 1 to {@value #MAX_NAME_LENGTH} characters
   * @param request tells requests apart; only a keyed hash of it is kept
   * @param work does it and words the answer
   * @throws OtherRequestException when another request had that name
   * @throws TakenException when the same request is being served at this moment
   */
  @Transactional
  public Answer once(Token token, ApiKey key, String name, byte[] request, Supplier<byte[]> work) {
    var requestHash = AnswerSeal.hash(token, request);
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    entities
        .createQuery("delete from ApiAnswer a where a.created < :limit")
        .setParameter("limit", now.minus(KEPT))
        .executeUpdate();
    var earlier =
        entities
            .createQuery(
                "select a from ApiAnswer a where a.apiKey = :key and a.name = :name",
                ApiAnswer.class)
            .setParameter("key", key.id())
            .setParameter("name", name)
            .getResultStream()
            .findFirst();
    if (earlier.isPresent()) {
      if (!earlier.get().requestHash().equals(requestHash)) {
        throw new OtherRequestException(name);
      }
      return new Answer(seal.open(token, name, earlier.get().sealed()), true);
    }
    var answer = new ApiAnswer(key.id(), name, requestHash, now);
    Uniqueness.insert(
        entities, answer, "The request " + name + " is being served: ask again in a moment");
    var content = work.get();
    answer.seal(seal.seal(token, name, content));
    return new Answer(content, false);
  }
}
