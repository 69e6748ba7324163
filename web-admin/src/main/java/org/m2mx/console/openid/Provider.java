package org.m2mx.console.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/**
 * The OpenID provider (OpenID Connect Core 1.0), asked by the authorization code flow with PKCE
 * (RFC 7636). What it says of itself (OpenID Connect Discovery 1.0) is read when the first operator
 * sets out, and again every hour: a provider that is down keeps nobody from the console who has a
 * password.
 */
@ApplicationScoped
public class Provider {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration KNOWN_FOR = Duration.ofHours(1);
  private static final String EMAIL = "email";
  private static final Logger LOG = System.getLogger(Provider.class.getName());
  private static final int LARGEST_KEYS = 256 * 1024;

  /** Signatures by a key of the provider's; never one that the client could make itself. */
  private static final Set<JWSAlgorithm> SIGNATURES = Set.copyOf(JWSAlgorithm.Family.SIGNATURE);

  private final OpenIdSettings settings;
  private final Clock clock;
  private volatile Known known;

  private record Known(
      OIDCProviderMetadata metadata,
      JWKSource<SecurityContext> keys,
      Optional<SSLSocketFactory> tls,
      Instant until) {}

  /** For the client proxy only. */
  protected Provider() {
    this(null, null);
  }

  /**
   * @param settings which one it is
   * @param clock tells for how long what it says of itself holds
   */
  @Inject
  public Provider(OpenIdSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Where a browser sets out to.
   *
   * @param callback where it comes back
   * @param anew whether the person has to show who it is even if the provider knows it
   * @throws ProviderException when the provider does not tell
   */
  public URI entrance(Attempt attempt, URI callback, boolean anew) throws ProviderException {
    var request =
        new AuthenticationRequest.Builder(
                ResponseType.CODE, settings.scope(), new ClientID(settings.clientId()), callback)
            .endpointURI(known().metadata().getAuthorizationEndpointURI())
            .state(attempt.state())
            .nonce(attempt.nonce())
            .codeChallenge(attempt.verifier(), CodeChallengeMethod.S256);
    if (anew) {
      request.prompt(Prompt.Type.LOGIN);
    }
    return request.build().toURI();
  }

  /**
   * Whom a code stands for.
   *
   * @param attempt the browser's own, by which the code was asked for
   * @param callback where the browser came back, as the provider was told
   * @throws ProviderException when the provider does not take the code, or does not say who it is
   */
  public Vouched redeem(AuthorizationCode code, Attempt attempt, URI callback)
      throws ProviderException {
    var tokens = tokens(new AuthorizationCodeGrant(code, callback, attempt.verifier()));
    var claims = validated(tokens.getIDToken(), attempt);
    var name = name(claims);
    if (name.isEmpty()) {
      name = name(told(tokens, claims));
    }
    return new Vouched(
        name.orElseThrow(
            () ->
                new ProviderException(
                    "The provider says nothing in the claim %s, or has not verified it"
                        .formatted(settings.claim()))),
        claims.getSubject().getValue(),
        tokens.getIDTokenString());
  }

  /**
   * Where a browser signs out of the provider too (OpenID Connect RP-Initiated Logout 1.0).
   *
   * @param idToken what the provider said when it signed in
   * @param back where it goes then
   * @return empty when the provider has no such place, or does not tell
   */
  public Optional<URI> exit(String idToken, URI back) {
    try {
      var place = known().metadata().getEndSessionEndpointURI();
      return place == null
          ? Optional.empty()
          : Optional.of(new LogoutRequest(place, JWTParser.parse(idToken), back, null).toURI());
    } catch (ProviderException | ParseException e) {
      LOG.log(Level.WARNING, "No way to sign out of the OpenID provider: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private OIDCTokens tokens(AuthorizationCodeGrant grant) throws ProviderException {
    var place = known().metadata().getTokenEndpointURI();
    var id = new ClientID(settings.clientId());
    var request =
        settings
            .clientSecret()
            .map(secret -> new ClientSecretBasic(id, new Secret(secret)))
            .map(proof -> new TokenRequest.Builder(place, proof, grant))
            .orElseGet(() -> new TokenRequest.Builder(place, id, grant))
            .build();
    try {
      var response = OIDCTokenResponseParser.parse(send(request.toHTTPRequest()));
      if (!response.indicatesSuccess()) {
        throw new ProviderException(
            "The provider does not take the code: "
                + response.toErrorResponse().getErrorObject().toJSONObject());
      }
      return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    } catch (com.nimbusds.oauth2.sdk.ParseException e) {
      throw new ProviderException("The provider's answer to the code cannot be read", e);
    }
  }

  private IDTokenClaimsSet validated(JWT token, Attempt attempt) throws ProviderException {
    var provider = known();
    try {
      return new IDTokenValidator(
              settings.issuer(),
              new ClientID(settings.clientId()),
              new JWSVerificationKeySelector<>(SIGNATURES, provider.keys()),
              null)
          .validate(token, attempt.nonce());
    } catch (BadJOSEException | JOSEException e) {
      throw new ProviderException("The provider's ID token is not believed", e);
    }
  }

  /** What the provider tells about the person when it is asked (OpenID Core 5.3). */
  private ClaimsSet told(OIDCTokens tokens, IDTokenClaimsSet claims) throws ProviderException {
    var place = known().metadata().getUserInfoEndpointURI();
    if (place == null) {
      return claims;
    }
    try {
      var response =
          UserInfoResponse.parse(
              send(new UserInfoRequest(place, tokens.getBearerAccessToken()).toHTTPRequest()));
      if (!response.indicatesSuccess()) {
        throw new ProviderException(
            "The provider does not tell about the person: "
                + response.toErrorResponse().getErrorObject().toJSONObject());
      }
      var info = response.toSuccessResponse().getUserInfo();
      // Signed answers are not asked for; the subject has to be the token's (OpenID Core 5.3.2).
      if (info == null || !info.getSubject().equals(claims.getSubject())) {
        throw new ProviderException("The provider tells about somebody else");
      }
      return info;
    } catch (com.nimbusds.oauth2.sdk.ParseException e) {
      throw new ProviderException("What the provider tells about the person cannot be read", e);
    }
  }

  private Optional<String> name(ClaimsSet claims) {
    // Whoever may type any address at the provider is not the owner of it.
    if (settings.claim().equals(EMAIL)
        && !Boolean.TRUE.equals(claims.getBooleanClaim("email_verified"))) {
      return Optional.empty();
    }
    return Optional.ofNullable(claims.getStringClaim(settings.claim()))
        .filter(name -> !name.isBlank());
  }

  private Known known() throws ProviderException {
    var present = known;
    if (present != null && clock.instant().isBefore(present.until())) {
      return present;
    }
    var tls = tls();
    try {
      var metadata =
          OIDCProviderMetadata.resolve(settings.issuer(), request -> configure(request, tls));
      known = new Known(metadata, keys(metadata, tls), tls, clock.instant().plus(KNOWN_FOR));
      return known;
    } catch (GeneralException | IOException e) {
      throw new ProviderException(
          "The provider %s does not say what it is".formatted(settings.issuer()), e);
    }
  }

  private static JWKSource<SecurityContext> keys(
      OIDCProviderMetadata metadata, Optional<SSLSocketFactory> tls) throws MalformedURLException {
    var patience = (int) PATIENCE.toMillis();
    return JWKSourceBuilder.create(
            metadata.getJWKSetURI().toURL(),
            new DefaultResourceRetriever(patience, patience, LARGEST_KEYS, true, tls.orElse(null)))
        // No threads of its own; asked for again when a token names a key that is not there.
        .refreshAheadCache(false)
        .retrying(true)
        .build();
  }

  private Optional<SSLSocketFactory> tls() throws ProviderException {
    var file = settings.trustAnchor();
    return file.isEmpty() ? Optional.empty() : Optional.of(ProviderTrust.in(file.get()));
  }

  private HTTPResponse send(HTTPRequest request) throws ProviderException {
    configure(request, known().tls());
    try {
      return request.send();
    } catch (IOException e) {
      throw new ProviderException("The provider does not answer", e);
    }
  }

  private static void configure(HTTPRequest request, Optional<SSLSocketFactory> tls) {
    request.setConnectTimeout((int) PATIENCE.toMillis());
    request.setReadTimeout((int) PATIENCE.toMillis());
    request.setFollowRedirects(false);
    tls.ifPresent(request::setSSLSocketFactory);
  }
}
