package org.m2mx.sip.authentication;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Ha1;

/**
 * Checks who sent a request, and words the challenge for those who have not shown it yet.
 *
 * <p>An unknown user and a wrong password cost the same work and get the same answer.
 */
@Singleton
public class DigestAuthenticator {

  /** Strongest first: RFC 8760 section 2.4 has the client take the first that it knows. */
  private static final List<DigestAlgorithm> OFFERED =
      List.of(DigestAlgorithm.SHA_512_256, DigestAlgorithm.SHA_256);

  private final Credentials credentials;
  private final Nonces nonces;
  private final NonceCounts counts;

  /**
   * @param credentials what subscribers are known by
   * @param nonces makes and checks nonces
   * @param counts refuses replays
   */
  @Inject
  public DigestAuthenticator(Credentials credentials, Nonces nonces, NonceCounts counts) {
    this.credentials = credentials;
    this.nonces = nonces;
    this.counts = counts;
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
            .filter(c -> c.realm().equals(realm) && OFFERED.contains(c.algorithm()))
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
    Ha1 ha1 = credentials.ha1(aor, claim.algorithm());
    boolean matches = MessageDigest.isEqual(expectedResponse(claim, ha1, method), claim.response());
    if (!(matches & ha1.genuine())) {
      return new Verdict.Unproven("wrong password or unknown user " + aor, false);
    }
    if (nonces.check(claim.nonce(), realm) == Nonces.Standing.STALE) {
      return new Verdict.Unproven("stale nonce from " + aor, true);
    }
    if (!counts.accept(claim.nonce(), claim.nc())) {
      return new Verdict.Unproven("nonce count used before by " + aor, true);
    }
    return new Verdict.Proven(aor);
  }

  /**
   * Words a challenge, one header value per algorithm, strongest first (RFC 8760 section 2.4).
   *
   * @param realm the domain whose subscriber is asked for a proof
   * @param stale whether the client's credentials were right but for their nonce
   */
  public Stream<String> challenges(String realm, boolean stale) {
    String nonce = nonces.issue(realm);
    return OFFERED.stream()
        .map(
            algorithm ->
                "Digest realm=\"%s\", nonce=\"%s\", algorithm=%s, qop=\"auth\"%s"
                    .formatted(realm, nonce, algorithm.token(), stale ? ", stale=true" : ""));
  }

  /** RFC 7616 section 3.4.1, with qop=auth. */
  private static byte[] expectedResponse(DigestCredentials claim, Ha1 ha1, String method) {
    MessageDigest hash = claim.algorithm().newDigest();
    HexFormat hex = HexFormat.of();
    String ha2 = hex.formatHex(hash.digest(utf8(method + ':' + claim.uri())));
    String input =
        String.join(":", ha1.hex(), claim.nonce(), claim.ncText(), claim.cnonce(), "auth", ha2);
    return hash.digest(utf8(input));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
