package org.m2mx.registry.secondfactor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(US_ASCII);
  private static final Instant NOW = Instant.ofEpochSecond(1_111_111_111);

  /** The digits of the seed are repeated up to the length of the hash. */
  private static final Map<String, Integer> SEED =
      Map.of("HmacSHA1", 20, "HmacSHA256", 32, "HmacSHA512", 64);

  @ParameterizedTest
  @CsvFileSource(resources = "rfc6238-appendix-b.csv")
  void codesAreThoseOfTheRfc(long seconds, String mac, String code) {
    var seed = "1234567890".repeat(7).substring(0, SEED.get(mac)).getBytes(US_ASCII);
    var step = Totp.step(Instant.ofEpochSecond(seconds));
    assertThat(new Totp(mac, 8).code(seed, step)).isEqualTo(code);
    assertThat(new Totp(mac, 6).code(seed, step)).isEqualTo(code.substring(2));
  }

  @ParameterizedTest
  @CsvSource({"-60, false", "-30, true", "0, true", "30, true", "60, false"})
  void aClockMayBeOneStepOff(int seconds, boolean right) {
    var code = Totp.OF_APPS.code(SECRET, Totp.step(NOW.plusSeconds(seconds)));
    assertThat(Totp.OF_APPS.match(SECRET, code, NOW, Long.MIN_VALUE).isPresent()).isEqualTo(right);
  }

  @Test
  void neitherAUsedStepNorAnEarlierOneCountsAgain() {
    var step = Totp.step(NOW);
    var code = Totp.OF_APPS.code(SECRET, step);
    var earlier = Totp.OF_APPS.code(SECRET, step - 1);
    assertThat(Totp.OF_APPS.match(SECRET, code, NOW, step - 1)).hasValue(step);
    assertThat(Totp.OF_APPS.match(SECRET, code, NOW, step)).isEmpty();
    assertThat(Totp.OF_APPS.match(SECRET, earlier, NOW, step)).isEmpty();
  }

  @Test
  void whatIsNoCodeMatchesNone() {
    for (var text : new String[] {"", "12345", "abcdef", "１２３４５６", "0".repeat(1000)}) {
      assertThat(Totp.OF_APPS.match(SECRET, text, NOW, Long.MIN_VALUE)).as(text).isEmpty();
    }
  }

  @Test
  void aCodeHasSixToEightDigits() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Totp("HmacSHA1", 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new Totp("HmacSHA1", 9));
  }
}
