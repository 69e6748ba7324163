package org.m2mx.ua.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which challenge is answered, and how a nonce is used on. */
class DigestClientTest {
  private final DigestClient client = new DigestClient("video", "secret", () -> "cnonce");

  private static DigestChallenge challenge(String nonce, String algorithm) {
    return new DigestChallenge("m2m-x.example", nonce, null, algorithm, Set.of("auth"), false);
  }

  @Test
  void hasNoCredentialsBeforeTheFirstChallenge() {
    assertThat(client.credentials("REGISTER", "sip:m2m-x.example")).isEmpty();
  }

  @Test
  void takesTheFirstOfTheServersThatItKnows() {
    assertThat(
            client.challenged(
                List.of(
                    challenge("1", "MD5"),
                    challenge("2", "SHA-512-256"),
                    challenge("3", "SHA-256"))))
        .hasValueSatisfying(chosen -> assertThat(chosen.nonce()).isEqualTo("2"));
  }

  @Test
  void refusesMd5AndWhatMeansIt() {
    assertThat(client.challenged(List.of(challenge("1", "MD5"), challenge("2", null)))).isEmpty();
    assertThat(client.challenged(List.of(challenge("1", "SHA-256-sess")))).isEmpty();
  }

  @Test
  void refusesAChallengeWithoutQop() {
    DigestChallenge old =
        new DigestChallenge("m2m-x.example", "1", null, "SHA-256", Set.of(), false);
    assertThat(client.challenged(List.of(old))).isEmpty();
  }

  @Test
  void countsTheUsesOfANonceAndBeginsAnewWithTheNext() {
    client.challenged(List.of(challenge("1", "SHA-256")));
    assertThat(count()).isEqualTo(1);
    assertThat(count()).isEqualTo(2);
    client.challenged(List.of(challenge("1", "SHA-256")));
    assertThat(count()).isEqualTo(3);
    client.challenged(List.of(challenge("2", "SHA-256")));
    assertThat(count()).isEqualTo(1);
  }

  private int count() {
    return client.credentials("REGISTER", "sip:m2m-x.example").orElseThrow().count();
  }
}
