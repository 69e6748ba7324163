package org.m2mx.sip.authentication;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Ha1;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.DigestCredentials;
import org.m2mx.sipcontainer.digest.NonceCounts;
import org.m2mx.sipcontainer.digest.Nonces;

/**
 * Checks who sent a request, and words the challenge for those who have not shown it yet.
 *
 * <p>An unknown user and a wrong password cost the same work and get the same answer.
 */
@Singleton
public class DigestAuthenticator {

  /** What a quoted string escapes. */
  private static final Pattern SPECIAL = Pattern.compile("([\\\\\"])");

  private final Credentials credentials;
  private final Nonces nonces;
  private final NonceCounts counts;

  /** In this order: RFC 8760 section 2.4 has the client take the first that it knows. */
  private final List<DigestAlgorithm> offered;

  /**
   * @param credentials what subscribers are known by
   * @param nonces makes and checks nonces
   * @param counts refuses replays
   * @param algorithms what everybody is offered, in this order, from {@code
   *     m2mx.authentication.algorithms}. MD5 among them is taken from accounts marked legacy only;
   *     that everybody is offered it keeps the offer from telling who is who
   * @throws IllegalArgumentException if one is not known, or none is given
   */
  @Inject
  public DigestAuthenticator(
      Credentials credentials,
      Nonces nonces,
      NonceCounts counts,
      @ConfigProperty(name = "m2mx.authentication.algorithms", defaultValue = "SHA-512-256,SHA-256")
          List<String> algorithms) {
    this.credentials = credentials;
    this.nonces = nonces;
    this.counts = counts;
    this.offered = algorithms.stream().map(DigestAuthenticator::algorithm).distinct().toList();
  }

  private static DigestAlgorithm algorithm(String name) {
    return DigestAlgorithm.of(name.strip())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "m2mx.authentication.algorithms: \"%s\" is none of SHA-512-256, SHA-256 and MD5"
                        .formatted(name)));
  }

  private static org.m2mx.sipcontainer.digest.DigestAlgorithm byName(DigestAlgorithm algorithm) {
    return org.m2mx.sipcontainer.digest.DigestAlgorithm.valueOf(algorithm.name());
  }

  /** The registry has a list of its own, since it knows nothing of SIP. */
  private static DigestAlgorithm algorithm(DigestCredentials claim) {
    return DigestAlgorithm.valueOf(claim.algorithm().name());
  }

  /**
   * Judges the credentials of a request.
   *
   * @param headerValues every Authorization (or Proxy-Authorization) value of the request
   * @param realm the realm we ask for; credentials for others are passed over, as RFC 3261 section
   *     22.3 has it
   * @param method of the request
   * @param requestUri of the request, as it came
   */
  public Verdict authenticate(
      List<String> headerValues, String realm, String method, String requestUri) {
    Optional<DigestCredentials> claimed =
        headerValues.stream()
            .map(DigestCredentials::parse)
            .flatMap(Optional::stream)
            .filter(c -> c.realm().equals(realm) && offered.contains(algorithm(c)))
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
    Aor aor;
    try {
      aor = new Aor(claim.username(), realm);
    } catch (IllegalArgumentException notAnAor) {
      return new Verdict.Unproven("user name cannot be part of an AOR", false);
    }
    Ha1 ha1 = credentials.ha1(aor, algorithm(claim));
    boolean matches = MessageDigest.isEqual(claim.proof(ha1.octets(), method), claim.response());
    if (!(matches & ha1.genuine())) {
      return new Verdict.Wrong(aor);
    }
    if (nonces.check(claim.nonce(), realm) == Nonces.Standing.STALE) {
      return new Verdict.Unproven("stale nonce from " + aor, true);
    }
    if (!counts.accept(claim.nonce(), claim.nc())) {
      return new Verdict.Unproven(
          "nonce count used before, or too long ago to tell, by " + aor, true);
    }
    return new Verdict.Proven(aor, info(claim, ha1));
  }

  /**
   * Words a challenge, one header value per algorithm, in the configured order (RFC 8760 section
   * 2.4).
   *
   * @param realm the domain whose subscriber is asked for a proof
   * @param stale whether the client's credentials were right but for their nonce
   */
  public Stream<String> challenges(String realm, boolean stale) {
    String nonce = nonces.issue(realm);
    return offered.stream()
        .map(
            algorithm ->
                new DigestChallenge(realm, nonce, Optional.empty(), byName(algorithm), stale))
        .map(DigestChallenge::text);
  }

  /** RFC 7616 section 3.5: the client's own proof over again, but with no method in it. */
  private static String info(DigestCredentials claim, Ha1 ha1) {
    return "rspauth=\""
        + HexFormat.of().formatHex(claim.proof(ha1.octets(), ""))
        + "\", cnonce=\""
        + SPECIAL.matcher(claim.cnonce()).replaceAll("\\\\$1")
        + "\", nc="
        + claim.ncText()
        + ", qop=auth";
  }
}
