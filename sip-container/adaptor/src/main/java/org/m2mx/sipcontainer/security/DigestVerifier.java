package org.m2mx.sipcontainer.security;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.DigestCredentials;
import org.m2mx.sipcontainer.digest.NonceCounts;
import org.m2mx.sipcontainer.digest.Nonces;

/** Judges the digest credentials of one application's callers. */
final class DigestVerifier {
  private final String realm;
  private final List<DigestAlgorithm> offered;
  private final SipCredentials users;
  private final Nonces nonces;

  /** Of this application alone: one request may serve several, each of which asks for the proof. */
  private final NonceCounts counts;

  private final byte[] nobody = new byte[32];

  /** What has become of a proof. */
  sealed interface Verdict {
    /** The sender knows this user's password. */
    record Proven(SipUser user) implements Verdict {}

    /**
     * The sender is to be challenged.
     *
     * @param reason for the log, never for the sender
     * @param stale whether only the nonce was at fault
     */
    record Unproven(String reason, boolean stale) implements Verdict {}

    /** The sender does not know this user's password, or there is no such user. */
    record Wrong(String username) implements Verdict {}
  }

  /**
   * @param realm asked for
   * @param offered in this order: RFC 8760 section 2.4 has the client take the first it knows
   * @param users by whom they are known
   * @param nonces of all applications
   */
  DigestVerifier(String realm, List<DigestAlgorithm> offered, SipCredentials users, Nonces nonces) {
    this.realm = realm;
    this.offered = offered;
    this.users = users;
    this.nonces = nonces;
    this.counts = new NonceCounts(nonces);
    new SecureRandom().nextBytes(nobody);
  }

  /**
   * Judges a request.
   *
   * @param headerValues every Authorization (or Proxy-Authorization) value; those for other realms
   *     are passed over (RFC 3261 section 22.3)
   * @param method of the request
   * @param requestUri of the request, as it came
   */
  Verdict judge(List<String> headerValues, String method, String requestUri) {
    Optional<DigestCredentials> claimed =
        headerValues.stream()
            .map(DigestCredentials::parse)
            .flatMap(Optional::stream)
            .filter(c -> c.realm().equals(realm) && offered.contains(c.algorithm()))
            .findFirst();
    if (claimed.isEmpty()) {
      return new Verdict.Unproven(
          headerValues.isEmpty() ? "no credentials" : "no usable credentials", false);
    }
    DigestCredentials claim = claimed.get();
    // The SIP stack writes scheme and host in small letters, whatever the client sent and signed.
    if (!claim.uri().equalsIgnoreCase(requestUri)) {
      return new Verdict.Unproven("digest-uri is not the Request-URI", false);
    }
    Optional<SipUser> user = users.find(claim.username(), realm);
    Optional<byte[]> known = user.map(found -> found.ha1s().get(claim.algorithm()));
    boolean matches =
        MessageDigest.isEqual(claim.proof(known.orElse(nobody), method), claim.response());
    if (!(matches & known.isPresent())) {
      return new Verdict.Wrong(claim.username());
    }
    if (nonces.check(claim.nonce(), realm) == Nonces.Standing.STALE) {
      return new Verdict.Unproven("stale nonce", true);
    }
    if (!counts.accept(claim.nonce(), claim.nc())) {
      return new Verdict.Unproven("nonce count used before, or too long ago to tell", true);
    }
    return new Verdict.Proven(user.get());
  }

  /** A challenge, one header value for each algorithm. */
  Stream<String> challenges(boolean stale) {
    String nonce = nonces.issue(realm);
    return offered.stream()
        .map(algorithm -> new DigestChallenge(realm, nonce, Optional.empty(), algorithm, stale))
        .map(DigestChallenge::text);
  }
}
