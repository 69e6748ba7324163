package org.m2mx.sipcontainer.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestCredentialsTest {
  private static final String REALM = "http-auth@example.org";
  private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
  private static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  private static final String OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";

  /** RFC 7616 section 3.9.1. */
  @ParameterizedTest
  @CsvSource({
    "MD5,8ca523f5e9506fed4657c9700eebdbec",
    "SHA_256,753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
  })
  void provesAsTheRfcsExampleDoes(DigestAlgorithm algorithm, String response) {
    DigestChallenge challenge =
        new DigestChallenge(REALM, NONCE, Optional.of(OPAQUE), algorithm, false);
    String answer = challenge.answer("Mufasa", "Circle of Life", "GET", "/dir/index.html", CNONCE);
    assertThat(answer).contains("opaque=\"" + OPAQUE + "\"");
    DigestCredentials credentials = DigestCredentials.parse(answer).orElseThrow();
    assertThat(HexFormat.of().formatHex(credentials.response())).isEqualTo(response);
    assertThat(credentials.proof(algorithm.ha1("Mufasa", REALM, "Circle of Life"), "GET"))
        .isEqualTo(credentials.response());
  }

  @Test
  void aChallengeIsReadAsItIsWritten() {
    DigestChallenge challenge =
        new DigestChallenge(
            "a \"b\" \\ c", "n", Optional.of("o"), DigestAlgorithm.SHA_512_256, true);
    assertThat(DigestChallenge.parse(challenge.text())).contains(challenge);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic realm=\"a\"",
        "Digest realm=\"a\", qop=\"auth\"",
        "Digest nonce=\"n\", qop=\"auth\"",
        "Digest realm=\"a\", nonce=\"n\"",
        "Digest realm=\"a\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"a\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess"
      })
  void passesOverWhatItCannotAnswer(String challenge) {
    assertThat(DigestChallenge.parse(challenge)).isEmpty();
  }
}
