package org.m2mx.ua.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** The answer to a challenge, by the examples of the RFC. */
class DigestCredentialsTest {

  /** RFC 7616 section 3.9.1. */
  @Test
  void answersWithSha256() {
    DigestChallenge challenge =
        new DigestChallenge(
            "http-auth@example.org",
            "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
            "SHA-256",
            Set.of("auth", "auth-int"),
            false);
    DigestCredentials credentials =
        DigestCredentials.answer(
            "Mufasa",
            "Circle of Life",
            challenge,
            "GET",
            "/dir/index.html",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            1);
    assertThat(credentials.response())
        .isEqualTo("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    assertThat(credentials.headerValue())
        .startsWith("Digest username=\"Mufasa\",realm=\"http-auth@example.org\",nonce=\"7ypf/")
        .contains(",algorithm=SHA-256,", ",opaque=\"FQhe/", ",qop=auth,nc=00000001");
  }

  /** FIPS 180-4 SHA-512/256, which is not SHA-512 cut short. */
  @Test
  void answersWithSha512256() {
    DigestAlgorithm h = DigestAlgorithm.SHA_512_256;
    assertThat(h.hash("abc"))
        .isEqualTo("53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
    DigestChallenge challenge =
        new DigestChallenge("m2m-x.example", "n", null, "SHA-512-256", Set.of("auth"), false);
    DigestCredentials credentials =
        DigestCredentials.answer("u", "p\u00e4ss", challenge, "REGISTER", "sip:x", "c", 1);
    assertThat(credentials.response())
        .isEqualTo(
            h.hash(
                h.hash("u:m2m-x.example:p\u00e4ss")
                    + ":n:00000001:c:auth:"
                    + h.hash("REGISTER:sip:x")));
    assertThat(credentials.headerValue()).contains(",algorithm=SHA-512-256,");
  }

  @Test
  void quotesWhatNeedsIt() {
    DigestChallenge challenge =
        new DigestChallenge("a \"b\" \\c", "n", null, "sha-256", Set.of("auth"), false);
    assertThat(
            DigestCredentials.answer("u", "p", challenge, "REGISTER", "sip:x", "c", 255)
                .headerValue())
        .contains("realm=\"a \\\"b\\\" \\\\c\"", "nc=000000ff")
        .doesNotContain("opaque");
  }
}
