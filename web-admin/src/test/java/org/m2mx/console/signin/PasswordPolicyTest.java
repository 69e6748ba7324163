package org.m2mx.console.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.m2mx.console.openid.OpenIdSettings;

class PasswordPolicyTest {
  @Test
  void standsAsideForAdministrators() {
    var policy = new PasswordPolicy(provider("https://id.telco.example"), "administrators");
    assertThat(policy.isByPassword()).isTrue();
    assertThat(policy.isAside()).isTrue();
    assertThat(policy.getProvider()).isEqualTo("id.telco.example");
  }

  @Test
  void nobodyHasNoForm() {
    assertThat(new PasswordPolicy(provider("https://id.telco.example"), "NOBODY").isByPassword())
        .isFalse();
  }

  @Test
  void leavesAWayIn() {
    assertThat(new PasswordPolicy(provider(null), "EVERYBODY").isByPassword()).isTrue();
    assertThatThrownBy(() -> new PasswordPolicy(provider(null), "NOBODY"))
        .hasMessageStartingWith("m2mx.console.passwords=NOBODY leaves operators no way in");
    assertThatThrownBy(() -> new PasswordPolicy(provider(null), "SOME"))
        .hasMessage("m2mx.console.passwords=SOME: give one of [EVERYBODY, ADMINISTRATORS, NOBODY]");
  }

  private static OpenIdSettings provider(String issuer) {
    return new OpenIdSettings(
        Optional.ofNullable(issuer).map(URI::create),
        Optional.of("console"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "preferred_username",
        List.of("openid"),
        Duration.ofHours(1));
  }
}
