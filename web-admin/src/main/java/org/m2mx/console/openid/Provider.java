package org.m2mx.console.openid;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
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
import java.util.Optional;
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
  private static final String EMAIL = "email";
  private static final Logger LOG = System.getLogger(Provider.class.getName());
  private static final int LARGEST_KEYS = 256 * 1024;

  /** How many threads a provider that does not answer may hold. */
  private static final int AT_ONCE = 4;

  /** From here on a token would make an address too long for servers on the way. */
  private static final int LONGEST_HINT = 2000;

  private final OpenIdSettings settings;
  private final Turnstile turnstile = new Turnstile(AT_ONCE);
  private final Discovery discovery;

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
    this.discovery = new Discovery(() -> turnstile.pass(this::introduced), clock);
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
        new AuthenticationRequest.Builder(ResponseType.CODE, settings.scope(), client(), callback)
            .endpointURI(discovery.description().metadata().getAuthorizationEndpointURI())
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
    var provider = discovery.description();
    var grant = new AuthorizationCodeGrant(code, callback, attempt.verifier());
    return turnstile.pass(() -> vouched(provider, grant, attempt));
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
      var place = discovery.description().metadata().getEndSessionEndpointURI();
      return place == null
          ? Optional.empty()
          : Optional.of(farewell(place, idToken, client(), back).toURI());
    } catch (ProviderException | ParseException e) {
      LOG.log(Level.WARNING, "No way to sign out of the OpenID provider: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Names whom to sign out, unless that takes too long an address: then who asks. */
  static LogoutRequest farewell(URI place, String idToken, ClientID client, URI back)
      throws ParseException {
    return idToken.length() > LONGEST_HINT
        ? new LogoutRequest(place, null, null, client, back, null, null)
        : new LogoutRequest(place, JWTParser.parse(idToken), back, null);
  }

  private Vouched vouched(Description provider, AuthorizationCodeGrant grant, Attempt attempt)
      throws ProviderException {
    var tokens = tokens(provider, grant);
    var claims = provider.believed(tokens.getIDToken(), client(), attempt.nonce());
    var name = name(claims);
    if (name.isEmpty()) {
      name = name(told(provider, tokens, claims));
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

  private OIDCTokens tokens(Description provider, AuthorizationCodeGrant grant)
      throws ProviderException {
    var place = provider.metadata().getTokenEndpointURI();
    var id = client();
    var request =
        settings
            .clientSecret()
            .map(secret -> new ClientSecretBasic(id, new Secret(secret)))
            .map(proof -> new TokenRequest.Builder(place, proof, grant))
            .orElseGet(() -> new TokenRequest.Builder(place, id, grant))
            .build();
    try {
      var response = OIDCTokenResponseParser.parse(send(provider, request.toHTTPRequest()));
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

  /** What the provider tells about the person when it is asked (OpenID Core 5.3). */
  private static ClaimsSet told(Description provider, OIDCTokens tokens, IDTokenClaimsSet claims)
      throws ProviderException {
    var place = provider.metadata().getUserInfoEndpointURI();
    if (place == null) {
      return claims;
    }
    try {
      var response =
          UserInfoResponse.parse(
              send(
                  provider,
                  new UserInfoRequest(place, tokens.getBearerAccessToken()).toHTTPRequest()));
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

  private Description introduced() throws ProviderException {
    var tls = tls();
    try {
      var request =
          new HTTPRequest(
              HTTPRequest.Method.GET, OIDCProviderMetadata.resolveURL(settings.issuer()));
      configure(request, tls);
      var response = request.send();
      response.ensureStatusCode(HTTPResponse.SC_OK);
      var metadata =
          Description.checked(
              OIDCProviderMetadata.parse(response.getBodyAsJSONObject()), settings.issuer());
      return new Description(metadata, keys(metadata, tls), tls);
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

  private ClientID client() {
    return new ClientID(settings.clientId());
  }

  private static HTTPResponse send(Description provider, HTTPRequest request)
      throws ProviderException {
    configure(request, provider.tls());
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
