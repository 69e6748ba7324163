package org.m2mx.sipcontainer.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthParamsTest {

  /** RFC 7616 section 3.9.1. */
  private static final String RFC_EXAMPLE =
      """
      Digest username="Mufasa",
         realm="http-auth@example.org",
         uri="/dir/index.html",
         algorithm=SHA-256,
         nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
         nc=00000001,
         cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
         qop=auth,
         response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
         opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
      """;

  @Test
  void readsTheRfcsExample() {
    assertThat(AuthParams.parse(RFC_EXAMPLE).orElseThrow())
        .containsEntry("username", "Mufasa")
        .containsEntry("algorithm", "SHA-256")
        .containsEntry("nc", "00000001")
        .hasSize(10);
  }

  @Test
  void takesQuotesAndEscapesOffAndNamesInAnyCase() {
    assertThat(AuthParams.parse("DIGEST UserName=\"a\\\"b\\\\, c\" , QOP = auth").orElseThrow())
        .containsEntry("username", "a\"b\\, c")
        .containsEntry("qop", "auth")
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Digest",
        "Basic dXNlcjpwYXNz",
        "Digestive a=b",
        "Digest a",
        "Digest a=",
        "Digest =b",
        "Digest a=b,",
        "Digest a=b c=d",
        "Digest a=\"b",
        "Digest a=\"b\\",
        "Digest a=b, A=c"
      })
  void refusesWhatIsNotTheGrammar(String malformed) {
    assertThat(AuthParams.parse(malformed)).isEmpty();
  }

  @Test
  void survivesAnyMutation() {
    Random random = new Random(7616);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder mutated = new StringBuilder(RFC_EXAMPLE);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(mutated.length());
        switch (random.nextInt(3)) {
          case 0 -> mutated.deleteCharAt(at);
          case 1 -> mutated.insert(at, (char) random.nextInt(0x180));
          default -> mutated.setCharAt(at, (char) random.nextInt(0x180));
        }
      }
      assertThatCode(() -> DigestCredentials.parse(mutated.toString()))
          .as("%s", mutated)
          .doesNotThrowAnyException();
    }
  }
}
