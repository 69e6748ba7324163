package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class ReturnAddressTest {
  @Test
  void isAsTheProviderKnowsItWhateverTheBrowserIsSeenToAskFor() {
    var callback = "https://console.telco.example/console/openid/callback";
    var address = new ReturnAddress(OpenIdSettingsTest.withCallback(callback), null);
    assertThat(address.callback()).isEqualTo(URI.create(callback));
    assertThat(address.home()).isEqualTo(URI.create("https://console.telco.example/console/"));
  }
}
