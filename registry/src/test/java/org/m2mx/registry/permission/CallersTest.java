package org.m2mx.registry.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.Aor;

class CallersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"sip:alice@m2m-x.example", "group:family", "group:家族", "@m2m-x.example", "*"})
  void theTextIsReadAsItWasWritten(String text) {
    assertThat(Callers.parse(text)).hasToString(text);
  }

  @Test
  void namesAreReadInTheirCanonicalForm() {
    assertThat(Callers.parse("sips:alice@M2M-X.example"))
        .isEqualTo(Callers.one(new Aor("alice", "m2m-x.example")));
    assertThat(Callers.parse("@M2M-X.Example")).hasToString("@m2m-x.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "alice", "group:", "group:Family", "group:a b", "@", "@-", "**", "tel:+81"})
  void whatNamesNobodyIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Callers.parse(text));
  }
}
