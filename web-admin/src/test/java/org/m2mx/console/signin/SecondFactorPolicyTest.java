package org.m2mx.console.signin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecondFactorPolicyTest {
  @Test
  void rolesAndDomainsAreGivenInAnyCase() {
    assertThatCode(
            () ->
                new SecondFactorPolicy(
                    Optional.of(List.of("administrator", " AUDITOR ", "M2M-X.example"))))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsNeitherIsNamedWithItsKey() {
    for (var wrong : List.of("ROOT", "", "not a domain.", "two words.example")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new SecondFactorPolicy(Optional.of(List.of(wrong))));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SecondFactorPolicy(Optional.of(List.of("ROOT"))))
        .withMessageContaining("m2mx.console.second-factor.required=ROOT")
        .withMessageContaining("ISP_OPERATOR");
  }
}
