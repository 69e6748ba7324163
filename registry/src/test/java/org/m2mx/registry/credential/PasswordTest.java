package org.m2mx.registry.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class PasswordTest {
  @Test
  void generatedPasswordsDifferAndReadWell() {
    var random = new SecureRandom();
    var seen = new HashSet<String>();
    for (int i = 0; i < 1000; i++) {
      var password = Password.generate(random);
      assertThat(password.reveal()).matches("[a-km-np-z2-9]{26}");
      assertThat(seen.add(password.reveal())).isTrue();
      assertThat(password.toString()).doesNotContain(password.reveal());
    }
  }

  @Test
  void aRefusalSaysWhyWithoutRepeatingThePassword() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Password.of("tooshort"))
        .withMessage("A password has 12 to 128 characters, not 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Password.of("with a\nline break"))
        .withMessage("The password holds a control character");
  }
}
