package org.m2mx.registry.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DigestAlgorithmTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void ha1LeadsToTheResponsesOfRfc7616Section391() {
    var nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    var cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    assertThat(response(DigestAlgorithm.SHA_256, nonce, cnonce))
        .isEqualTo("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    assertThat(response(DigestAlgorithm.MD5, nonce, cnonce))
        .isEqualTo("8ca523f5e9506fed4657c9700eebdbec");
  }

  @Test
  void sha512256IsTheFipsFunctionWithItsOwnInitialValues() {
    // FIPS 180-4; RFC 7616 section 3.9.2 was worked out with SHA-512 cut short instead (erratum
    // 4897).
    assertThat(HEX.formatHex(DigestAlgorithm.SHA_512_256.newDigest().digest("abc".getBytes(UTF_8))))
        .isEqualTo("53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
    assertThat(
            HEX.formatHex(
                DigestAlgorithm.SHA_512_256
                    .newDigest()
                    .digest("Jäsøn Doe:api@example.org".getBytes(UTF_8))))
        .isEqualTo("793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b");
  }

  @Test
  void tokensAreThoseOfRfc8760AndCaseDoesNotMatter() {
    for (var algorithm : DigestAlgorithm.values()) {
      assertThat(DigestAlgorithm.of(algorithm.token().toLowerCase())).contains(algorithm);
      assertThat(algorithm.newDigest().digest()).hasSize(algorithm.octets());
    }
    assertThat(DigestAlgorithm.of("MD5-sess")).isEmpty();
  }

  private static String response(DigestAlgorithm algorithm, String nonce, String cnonce) {
    var ha1 =
        HEX.formatHex(
            algorithm.ha1("Mufasa", "http-auth@example.org", Password.of("Circle of Life")));
    var ha2 = hash(algorithm, "GET:/dir/index.html");
    return hash(algorithm, String.join(":", ha1, nonce, "00000001", cnonce, "auth", ha2));
  }

  private static String hash(DigestAlgorithm algorithm, String text) {
    return HEX.formatHex(algorithm.newDigest().digest(text.getBytes(UTF_8)));
  }
}
