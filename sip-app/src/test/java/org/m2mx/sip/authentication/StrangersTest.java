package org.m2mx.sip.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.servlet.sip.SipURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Ha1;
import org.m2mx.sip.Stub;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.NonceCounts;
import org.m2mx.sipcontainer.digest.Nonces;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.security.Challenge;
import org.m2mx.sipcontainer.security.Challenge.Asker;
import org.m2mx.sipcontainer.security.UnauthenticatedRequest;

class StrangersTest {
  private static final Flow FLOW =
      new Flow(Transport.TLS, "2001:db8::1", 5061, "2001:db8::2", 40_000, "c");
  private static final SipURI ALICE = uri("alice", "one.example");
  private static final SipURI BOB = uri("bob", "two.example");

  private final Nonces nonces = new Nonces(Clock.systemUTC(), Duration.ofMinutes(5));
  private final ProvenFlows flows = new ProvenFlows(new EdgeProxies(Optional.empty()));

  private final Strangers strangers =
      new Strangers(
          new DigestAuthenticator(
              new NobodyLooksUp(), nonces, new NonceCounts(nonces), List.of("SHA-256", "MD5")),
          flows);

  /** The work would tell who is there. */
  private static final class NobodyLooksUp extends Credentials {
    @Override
    public Ha1 ha1(Aor aor, DigestAlgorithm algorithm) {
      throw new AssertionError(aor + " is looked up");
    }
  }

  private static SipURI uri(String user, String host) {
    return Stub.of(SipURI.class, Map.of("getUser", none -> user, "getHost", none -> host));
  }

  @ParameterizedTest
  @CsvSource({"REGISTER, SERVER, two.example", "INVITE, PROXY, one.example"})
  void theRealmIsThatOfWhoeverClaimsToSend(String method, Asker asker, String realm) {
    Challenge challenge = challenge(method, ALICE, BOB).orElseThrow();

    assertThat(challenge.asker()).isEqualTo(asker);
    assertThat(challenge.values())
        .map(value -> DigestChallenge.parse(value).orElseThrow())
        .allSatisfy(
            offered -> {
              assertThat(offered.realm()).isEqualTo(realm);
              assertThat(offered.stale()).isFalse();
              assertThat(nonces.isFresh(offered.nonce(), realm)).isTrue();
            })
        .extracting(offered -> offered.algorithm().token())
        .containsExactly("SHA-256", "MD5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUBSCRIBE", "PUBLISH", "BYE", "NOTIFY", "X"})
  void whatTheServletsRefuseFirstIsTheirs(String method) {
    assertThat(challenge(method, ALICE, BOB)).isEmpty();
  }

  @Test
  void whoNamesNobodyIsTheServlets() {
    assertThat(challenge("INVITE", uri(null, "one.example"), BOB)).isEmpty();
    assertThat(challenge("REGISTER", ALICE, uri(null, "two.example"))).isEmpty();
    assertThat(challenge("INVITE", ALICE, uri(null, "two.example"))).isPresent();
  }

  @Test
  void aProvenFlowIsAskedAgainAndAnImpostorOnItIsTheServlets() {
    flows.proven(FLOW, new Aor("alice", "one.example"));

    assertThat(challenge("INVITE", ALICE, BOB)).isPresent();
    assertThat(challenge("INVITE", BOB, ALICE)).isEmpty();
    assertThat(challenge("REGISTER", ALICE, BOB)).isEmpty();
  }

  private Optional<Challenge> challenge(String method, SipURI from, SipURI to) {
    return strangers.challenge(new UnauthenticatedRequest(method, from, to, FLOW));
  }
}
