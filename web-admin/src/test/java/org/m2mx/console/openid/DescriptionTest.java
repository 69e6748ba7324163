package org.m2mx.console.openid;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptionTest {
  private static final String ISSUER = "https://id.telco.example/realms/staff";
  private static final String METADATA =
      """
      {"issuer": "https://id.telco.example/realms/staff",
       "authorization_endpoint": "https://id.telco.example/authorize",
       "token_endpoint": "https://id.telco.example/token",
       "userinfo_endpoint": "https://id.telco.example/userinfo",
       "end_session_endpoint": "https://id.telco.example/logout",
       "jwks_uri": "https://id.telco.example/keys",
       "subject_types_supported": ["public"]}
      """;
  private static final ClientID CONSOLE = new ClientID("console");
  private static final Nonce NONCE = new Nonce("of-this-attempt");

  private ECKey key;
  private Description provider;

  @BeforeEach
  void meetTheProvider() throws JOSEException, ParseException {
    key = key();
    provider =
        new Description(
            OIDCProviderMetadata.parse(METADATA),
            new ImmutableJWKSet<>(new JWKSet(key.toPublicJWK())),
            Optional.empty());
  }

  @Test
  void believesWhatTheProviderSaysToThisClientInThisAttempt()
      throws JOSEException, ProviderException {
    var claims = provider.believed(signed(claims().build(), key), CONSOLE, NONCE);
    assertThat(claims.getSubject().getValue()).isEqualTo("4711");
  }

  @Test
  void believesNothingElse() throws JOSEException {
    disbelieves(signed(claims().claim("nonce", "of-another").build(), key));
    disbelieves(signed(claims().claim("nonce", null).build(), key));
    disbelieves(signed(claims().audience("another").build(), key));
    disbelieves(signed(claims().issuer("https://evil.example").build(), key));
    disbelieves(signed(claims().issuer(ISSUER + '/').build(), key));
    disbelieves(
        signed(
            claims().expirationTime(Date.from(Instant.now().minus(Duration.ofHours(1)))).build(),
            key));
    disbelieves(signed(claims().build(), key()));
    disbelieves(new PlainJWT(claims().build()));
    // By what everybody knows, as if it were a secret.
    var mac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
    mac.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(US_ASCII)));
    disbelieves(mac);
  }

  @Test
  void takesTheProviderByItsVeryNameOnly() throws ParseException {
    var metadata = OIDCProviderMetadata.parse(METADATA);
    assertThatCode(() -> Description.checked(metadata, new Issuer(ISSUER)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Description.checked(metadata, new Issuer(ISSUER + '/')))
        .isInstanceOf(ProviderException.class)
        .hasMessageEndingWith("set m2mx.console.openid.issuer=" + ISSUER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorize", "token", "userinfo", "logout", "keys"})
  void sendsNobodyAnywhereWithoutTls(String place) throws ParseException {
    var metadata =
        OIDCProviderMetadata.parse(
            METADATA.replace(
                "https://id.telco.example/" + place, "http://id.telco.example/" + place));
    assertThatThrownBy(() -> Description.checked(metadata, new Issuer(ISSUER)))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("is http://id.telco.example/" + place + ": it has to be an https");
  }

  @Test
  void needsToKnowWhereCodesAreTaken() throws ParseException {
    var metadata =
        OIDCProviderMetadata.parse(METADATA.replaceFirst("\"token_endpoint\": [^,]+,", ""));
    assertThatThrownBy(() -> Description.checked(metadata, new Issuer(ISSUER)))
        .isInstanceOf(ProviderException.class)
        .hasMessage("The provider's token_endpoint is not there: it has to be an https URL");
  }

  private void disbelieves(JWT token) {
    assertThatThrownBy(() -> provider.believed(token, CONSOLE, NONCE))
        .isInstanceOf(ProviderException.class)
        .hasMessageStartingWith("The provider's ID token is not believed");
  }

  private static JWTClaimsSet.Builder claims() {
    var now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .subject("4711")
        .audience(CONSOLE.getValue())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
        .claim("nonce", NONCE.getValue());
  }

  private static SignedJWT signed(JWTClaimsSet claims, ECKey key) throws JOSEException {
    var token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build(), claims);
    token.sign(new ECDSASigner(key));
    return token;
  }

  private static ECKey key() throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID("one").generate();
  }
}
