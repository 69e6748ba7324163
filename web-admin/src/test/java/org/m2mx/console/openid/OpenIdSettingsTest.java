package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenIdSettingsTest {
  private static final String ISSUER = "https://id.telco.example/realms/staff";

  @Test
  void isOffUnlessAProviderIsNamed() {
    var off = settings(null, null, Duration.ofHours(10));
    assertThat(off.isOn()).isFalse();
    assertThat(off.label()).isNull();
    var on = settings(ISSUER, "console", Duration.ofHours(10));
    assertThat(on.isOn()).isTrue();
    assertThat(on.label()).isEqualTo("id.telco.example");
    assertThat(on.scope().toStringList()).containsExactly("openid", "profile");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://id.telco.example",
        "https:///realms",
        "https://id.example/?a",
        "id.example"
      })
  void takesAProviderOverTlsOnly(String issuer) {
    assertThatThrownBy(() -> settings(issuer, "console", Duration.ofHours(10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("m2mx.console.openid.issuer=" + issuer + ": give an https URL");
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> settings(ISSUER, null, Duration.ofHours(10)))
        .hasMessage(
            "m2mx.console.openid.client-id is missing: give the id that the console has at "
                + ISSUER);
    assertThatThrownBy(() -> settings(ISSUER, "console", Duration.ZERO))
        .hasMessageStartingWith("m2mx.console.openid.longest-session=PT0S");
  }

  @Test
  void isToldWhereTheProviderSendsOperatorsToTheLetter() {
    assertThatThrownBy(() -> withCallback("https://console.telco.example/console/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "m2mx.console.openid.callback=https://console.telco.example/console/: give the"
                + " console's address with /openid/callback after it");
  }

  static OpenIdSettings settings(String issuer, String clientId, Duration longest) {
    return settings(issuer, clientId, null, longest);
  }

  static OpenIdSettings withCallback(String callback) {
    return settings(ISSUER, "console", callback, Duration.ofHours(10));
  }

  private static OpenIdSettings settings(
      String issuer, String clientId, String callback, Duration longest) {
    return new OpenIdSettings(
        Optional.ofNullable(issuer).map(URI::create),
        Optional.ofNullable(clientId),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(callback).map(URI::create),
        Optional.empty(),
        "preferred_username",
        List.of("openid", "profile"),
        longest);
  }
}
