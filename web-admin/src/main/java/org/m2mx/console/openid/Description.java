package org.m2mx.console.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/**
 * A provider, by its own words (OpenID Connect Discovery 1.0 section 3).
 *
 * @param metadata where it is asked what
 * @param keys those that it signs with
 * @param tls how to reach it; empty for the way of the JVM
 */
record Description(
    OIDCProviderMetadata metadata,
    JWKSource<SecurityContext> keys,
    Optional<SSLSocketFactory> tls) {
  /** Signatures by a key of the provider's; never one that the client could make itself. */
  private static final Set<JWSAlgorithm> SIGNATURES = Set.copyOf(JWSAlgorithm.Family.SIGNATURE);

  /**
   * Looks whether metadata is the configured provider's, and sends nobody anywhere without TLS.
   *
   * @throws ProviderException when it is not so, with what to do
   */
  static OIDCProviderMetadata checked(OIDCProviderMetadata metadata, Issuer configured)
      throws ProviderException {
    // To the letter: in each ID token it is compared so (OpenID Core 3.1.3.7).
    if (!metadata.getIssuer().equals(configured)) {
      throw new ProviderException(
          "The provider at %s calls itself %s: if that is the one you mean, set %s=%s"
              .formatted(
                  configured, metadata.getIssuer(), OpenIdSettings.ISSUER, metadata.getIssuer()));
    }
    requireHttps(
        "authorization_endpoint", Optional.ofNullable(metadata.getAuthorizationEndpointURI()));
    requireHttps("token_endpoint", Optional.ofNullable(metadata.getTokenEndpointURI()));
    requireHttps("jwks_uri", Optional.ofNullable(metadata.getJWKSetURI()));
    if (metadata.getUserInfoEndpointURI() != null) {
      requireHttps("userinfo_endpoint", Optional.of(metadata.getUserInfoEndpointURI()));
    }
    if (metadata.getEndSessionEndpointURI() != null) {
      requireHttps("end_session_endpoint", Optional.of(metadata.getEndSessionEndpointURI()));
    }
    return metadata;
  }

  /**
   * What an ID token says, when the provider has made it for this client and this attempt (OpenID
   * Core 3.1.3.7).
   *
   * @throws ProviderException when it has not
   */
  IDTokenClaimsSet believed(JWT token, ClientID client, Nonce nonce) throws ProviderException {
    try {
      return new IDTokenValidator(
              metadata.getIssuer(),
              client,
              new JWSVerificationKeySelector<>(SIGNATURES, keys),
              null)
          .validate(token, nonce);
    } catch (BadJOSEException | JOSEException e) {
      throw new ProviderException("The provider's ID token is not believed", e);
    }
  }

  private static void requireHttps(String name, Optional<URI> place) throws ProviderException {
    if (place.filter(url -> "https".equalsIgnoreCase(url.getScheme())).isEmpty()) {
      throw new ProviderException(
          "The provider's %s is %s: it has to be an https URL"
              .formatted(name, place.map(URI::toString).orElse("not there")));
    }
  }
}
