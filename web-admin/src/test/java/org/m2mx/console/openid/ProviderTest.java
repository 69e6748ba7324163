package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import java.net.URI;
import java.text.ParseException;
import org.junit.jupiter.api.Test;

class ProviderTest {
  private static final ClientID CONSOLE = new ClientID("console");
  private static final URI HOME = URI.create("https://console.telco.example/console/");

  @Test
  void namesWhomToSignOut() throws ParseException {
    assertThat(farewell("4711"))
        .contains("id_token_hint=", "post_logout_redirect_uri=https")
        .doesNotContain("client_id=");
  }

  @Test
  void namesWhoAsksWhenATokenIsTooLongForAnAddress() throws ParseException {
    assertThat(farewell("4711".repeat(500)))
        .contains("client_id=console", "post_logout_redirect_uri=https")
        .doesNotContain("id_token_hint=")
        .hasSizeLessThan(500);
  }

  private static String farewell(String subject) throws ParseException {
    var token = new PlainJWT(new JWTClaimsSet.Builder().subject(subject).build()).serialize();
    return Provider.farewell(URI.create("https://id.telco.example/logout"), token, CONSOLE, HOME)
        .toURI()
        .toString();
  }
}
