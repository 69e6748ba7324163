package org.m2mx.ua.digest;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers challenges of one server for one user, and goes on using a nonce for as long as the
 * server takes it (RFC 7616 section 3.6), so that only the first request costs a round trip more.
 *
 * <p>Safe for use by several threads.
 */
public final class DigestClient {
  private final String username;
  private final String password;
  private final Supplier<String> cnonces;
  private DigestChallenge current;
  private int count;

  /**
   * A client that makes its own random nonces.
   *
   * @param username the user name
   * @param password the password
   */
  public DigestClient(String username, String password) {
    this(username, password, randomNonces());
  }

  DigestClient(String username, String password, Supplier<String> cnonces) {
    this.username = username;
    this.password = password;
    this.cnonces = cnonces;
  }

  private static Supplier<String> randomNonces() {
    SecureRandom random = new SecureRandom();
    return () -> {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      return HexFormat.of().formatHex(bytes);
    };
  }

  /**
   * Takes up a server's challenge: of those this client can answer the first, since the server
   * lists them by its preference (RFC 8760 section 2.3).
   *
   * @param challenges all challenges of one response, in their order
   * @return the one chosen, or empty if none can be answered
   */
  public synchronized Optional<DigestChallenge> challenged(Collection<DigestChallenge> challenges) {
    Optional<DigestChallenge> chosen =
        challenges.stream().filter(challenge -> challenge.answerable().isPresent()).findFirst();
    chosen.ifPresent(
        challenge -> {
          if (current == null || !current.nonce().equals(challenge.nonce())) {
            count = 0;
          }
          current = challenge;
        });
    return chosen;
  }

  /**
   * Answers the latest challenge for another request.
   *
   * @param method the request's method
   * @param uri its Request-URI
   * @return the credentials, or empty if no challenge was met yet
   */
  public synchronized Optional<DigestCredentials> credentials(String method, String uri) {
    if (current == null) {
      return Optional.empty();
    }
    count++;
    return Optional.of(
        DigestCredentials.answer(username, password, current, method, uri, cnonces.get(), count));
  }
}
