package org.m2mx.sip.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Ha1;
import org.m2mx.registry.credential.Password;
import org.m2mx.sipcontainer.digest.NonceCounts;
import org.m2mx.sipcontainer.digest.Nonces;

class DigestAuthenticatorTest {
  private static final String REALM = "m2m-x.example";
  private static final String URI = "sip:m2m-x.example";
  private static final Aor ALICE = new Aor("alice", REALM);
  private static final Password PASSWORD = Password.of("correct horse battery");
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  /** Knows alice; counts how often it was asked. */
  private static final class OneSubscriber extends Credentials {
    private final AtomicInteger lookups = new AtomicInteger();

    @Override
    public Ha1 ha1(Aor aor, DigestAlgorithm algorithm) {
      lookups.incrementAndGet();
      return aor.equals(ALICE)
          ? new Ha1(algorithm.ha1("alice", REALM, PASSWORD), true)
          : new Ha1(new byte[algorithm.octets()], false);
    }
  }

  private final OneSubscriber subscribers = new OneSubscriber();
  private final Nonces nonces =
      new Nonces(Clock.fixed(NOON, ZoneOffset.UTC), Duration.ofMinutes(5));
  private final DigestAuthenticator authenticator =
      new DigestAuthenticator(
          subscribers, nonces, new NonceCounts(nonces), List.of("SHA-512-256", "SHA-256"));
  private final String nonce = nonces.issue(REALM);

  @ParameterizedTest
  @EnumSource(names = {"SHA_256", "SHA_512_256"})
  void theRightPasswordProvesTheAor(DigestAlgorithm algorithm) {
    assertThat(judge(header("alice", PASSWORD, algorithm, nonce, 1))).satisfies(this::provesAlice);
  }

  @Test
  void aWrongPasswordAndAnUnknownUserLookAlikeAndCostTheSame() {
    Verdict wrong =
        judge(header("alice", Password.of("wrong password"), DigestAlgorithm.SHA_256, nonce, 1));
    int lookupsForWrong = subscribers.lookups.getAndSet(0);
    Verdict unknown = judge(header("bob", PASSWORD, DigestAlgorithm.SHA_256, nonce, 1));

    assertThat(wrong).isEqualTo(new Verdict.Wrong(ALICE));
    assertThat(unknown).isEqualTo(new Verdict.Wrong(new Aor("bob", REALM)));
    assertThat(subscribers.lookups.get()).isEqualTo(lookupsForWrong).isPositive();
  }

  @Test
  void aDecoyProvesNobodyEvenIfItsHashIsGuessed() {
    String guessed =
        headerFromHa1("bob", new byte[32], DigestAlgorithm.SHA_256, nonce, 1, "REGISTER", URI);

    assertThat(judge(guessed)).isInstanceOf(Verdict.Wrong.class);
  }

  @Test
  void aCredentialIsGoodOnce() {
    String header = header("alice", PASSWORD, DigestAlgorithm.SHA_256, nonce, 1);

    assertThat(judge(header)).isInstanceOf(Verdict.Proven.class);
    assertThat(judge(header))
        .isInstanceOfSatisfying(Verdict.Unproven.class, v -> assertThat(v.stale()).isTrue());
    assertThat(judge(header("alice", PASSWORD, DigestAlgorithm.SHA_256, nonce, 2)))
        .isInstanceOf(Verdict.Proven.class);
  }

  @Test
  void anOldNonceIsStaleForWhoKnowsThePasswordOnly() {
    String old =
        new Nonces(Clock.fixed(NOON.minusSeconds(301), ZoneOffset.UTC), Duration.ofMinutes(5))
            .issue(REALM);

    assertThat(judge(header("alice", PASSWORD, DigestAlgorithm.SHA_256, old, 1)))
        .isInstanceOfSatisfying(Verdict.Unproven.class, v -> assertThat(v.stale()).isTrue());
    assertThat(
            judge(header("alice", Password.of("wrong password"), DigestAlgorithm.SHA_256, old, 1)))
        .isInstanceOf(Verdict.Wrong.class);
  }

  @Test
  void aCredentialForOneRequestIsNoneForAnother() {
    String header = header("alice", PASSWORD, DigestAlgorithm.SHA_256, nonce, 1);

    assertThat(authenticator.authenticate(List.of(header), REALM, "INVITE", URI))
        .isInstanceOf(Verdict.Wrong.class);
    assertThat(authenticator.authenticate(List.of(header), REALM, "REGISTER", "sip:other.example"))
        .isInstanceOf(Verdict.Unproven.class);
    assertThat(authenticator.authenticate(List.of(header), "other.example", "REGISTER", URI))
        .isInstanceOf(Verdict.Unproven.class);
  }

  @Test
  void aClientMayWriteSchemeAndHostInCapitals() {
    String header =
        headerFromHa1(
            "alice",
            DigestAlgorithm.SHA_256.ha1("alice", REALM, PASSWORD),
            DigestAlgorithm.SHA_256,
            nonce,
            1,
            "REGISTER",
            "SIP:M2M-X.example");

    assertThat(judge(header)).satisfies(this::provesAlice);
  }

  @Test
  void md5IsNotTakenWhereItIsNotOffered() {
    assertThat(judge(header("alice", PASSWORD, DigestAlgorithm.MD5, nonce, 1)))
        .isInstanceOf(Verdict.Unproven.class);
  }

  @Test
  void md5IsTakenWhereItIsOfferedFromWhoHasSuchACredential() {
    DigestAuthenticator lenient = offering("SHA-256", "MD5");
    String header = header("alice", PASSWORD, DigestAlgorithm.MD5, nonce, 1);

    assertThat(lenient.challenges(REALM, false))
        .satisfiesExactly(
            first -> assertThat(first).contains("algorithm=SHA-256"),
            second -> assertThat(second).contains("algorithm=MD5"));
    assertThat(lenient.authenticate(List.of(header), REALM, "REGISTER", URI))
        .satisfies(this::provesAlice);
  }

  @Test
  void anUnknownAlgorithmIsNamed() {
    assertThatThrownBy(() -> offering("SHA-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("m2mx.authentication.algorithms")
        .hasMessageContaining("SHA-1");
  }

  private DigestAuthenticator offering(String... algorithms) {
    return new DigestAuthenticator(
        subscribers, nonces, new NonceCounts(nonces), List.of(algorithms));
  }

  /** RFC 7616 section 3.5: as the client does it, but without a method. */
  @Test
  void theServerShowsThatItKnowsThePasswordToo() {
    HexFormat hex = HexFormat.of();
    MessageDigest hash = DigestAlgorithm.SHA_256.newDigest();
    String ha1 = hex.formatHex(DigestAlgorithm.SHA_256.ha1("alice", REALM, PASSWORD));
    String ha2 = hex.formatHex(hash.digest((":" + URI).getBytes(UTF_8)));
    String rspauth =
        hex.formatHex(
            hash.digest((ha1 + ":" + nonce + ":00000001:c0ffee:auth:" + ha2).getBytes(UTF_8)));

    assertThat(judge(header("alice", PASSWORD, DigestAlgorithm.SHA_256, nonce, 1)))
        .isEqualTo(
            new Verdict.Proven(
                ALICE,
                "rspauth=\"%s\", cnonce=\"c0ffee\", nc=00000001, qop=auth".formatted(rspauth)));
  }

  private void provesAlice(Verdict verdict) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Proven.class, proven -> assertThat(proven.aor()).isEqualTo(ALICE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Digest", "Basic YWxpY2U6cHc=", "Digest username=\"alice\""})
  void whatIsNoCredentialIsChallenged(String header) {
    assertThat(judge(header)).isInstanceOf(Verdict.Unproven.class);
  }

  @Test
  void theStrongestAlgorithmIsOfferedFirst() {
    assertThat(authenticator.challenges(REALM, false))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains("algorithm=SHA-512-256")
                    .contains("qop=\"auth\"")
                    .doesNotContain("stale"),
            second -> assertThat(second).contains("algorithm=SHA-256"));
    assertThat(authenticator.challenges(REALM, true))
        .allSatisfy(c -> assertThat(c).endsWith("stale=true"));
  }

  private Verdict judge(String header) {
    return authenticator.authenticate(List.of(header), REALM, "REGISTER", URI);
  }

  private static String header(
      String user, Password password, DigestAlgorithm algorithm, String nonce, int nc) {
    return headerFromHa1(
        user, algorithm.ha1(user, REALM, password), algorithm, nonce, nc, "REGISTER", URI);
  }

  /** The client's side of RFC 7616 section 3.4.1. */
  private static String headerFromHa1(
      String user,
      byte[] ha1,
      DigestAlgorithm algorithm,
      String nonce,
      int nc,
      String method,
      String uri) {
    HexFormat hex = HexFormat.of();
    MessageDigest hash = algorithm.newDigest();
    String ha2 = hex.formatHex(hash.digest((method + ":" + uri).getBytes(UTF_8)));
    String count = "%08x".formatted(nc);
    String input = hex.formatHex(ha1) + ":" + nonce + ":" + count + ":c0ffee:auth:" + ha2;
    String response = hex.formatHex(hash.digest(input.getBytes(UTF_8)));
    return "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=%s, cnonce=\"c0ffee\", qop=auth, nc=%s"
        .formatted(user, REALM, nonce, uri, response, algorithm.token(), count);
  }
}
