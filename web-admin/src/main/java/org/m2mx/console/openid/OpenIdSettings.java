package org.m2mx.console.openid;

import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.OIDCScopeValue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which OpenID provider vouches for operators, if any, and how its word is taken. */
@ApplicationScoped
public class OpenIdSettings {
  /** The key of the provider's own name. */
  static final String ISSUER = "m2mx.console.openid.issuer";

  private static final String CALLBACK = "m2mx.console.openid.callback";
  private static final String CLIENT_ID = "m2mx.console.openid.client-id";
  private static final String LONGEST = "m2mx.console.openid.longest-session";

  private final Optional<URI> issuer;
  private final Optional<String> clientId;
  private final Optional<String> clientSecret;
  private final Optional<Path> trustAnchor;
  private final Optional<URI> callback;
  private final Optional<String> label;
  private final String claim;
  private final List<String> scopes;
  private final Duration longestSession;

  /** For the client proxy only. */
  protected OpenIdSettings() {
    issuer = Optional.empty();
    clientId = Optional.empty();
    clientSecret = Optional.empty();
    trustAnchor = Optional.empty();
    callback = Optional.empty();
    label = Optional.empty();
    claim = null;
    scopes = List.of();
    longestSession = Duration.ZERO;
  }

  /**
   * @param issuer {@code m2mx.console.openid.issuer}: the provider, as it calls itself; none for no
   *     OpenID Connect
   * @param clientId {@code m2mx.console.openid.client-id}: what the console is called there
   * @param clientSecret {@code m2mx.console.openid.client-secret}: how it proves to be that; none
   *     for a public client
   * @param trustAnchor {@code m2mx.console.openid.trust-anchor}: a file of certificates, one of
   *     which the provider's own has to go back to; none for what the JVM trusts
   * @param callback {@code m2mx.console.openid.callback}: where the provider sends operators back
   *     to; none for the address by which they reach the console
   * @param label {@code m2mx.console.openid.label}: what operators call the provider; none for its
   *     host
   * @param claim {@code m2mx.console.openid.operator-claim}: which of the provider's claims is the
   *     operator's name here
   * @param scopes {@code m2mx.console.openid.scopes}: what the provider is asked to tell
   * @param longestSession {@code m2mx.console.openid.longest-session}: after this the provider is
   *     asked again
   * @throws IllegalArgumentException when they contradict one another
   */
  @Inject
  public OpenIdSettings(
      @ConfigProperty(name = ISSUER) Optional<URI> issuer,
      @ConfigProperty(name = CLIENT_ID) Optional<String> clientId,
      @ConfigProperty(name = "m2mx.console.openid.client-secret") Optional<String> clientSecret,
      @ConfigProperty(name = "m2mx.console.openid.trust-anchor") Optional<Path> trustAnchor,
      @ConfigProperty(name = CALLBACK) Optional<URI> callback,
      @ConfigProperty(name = "m2mx.console.openid.label") Optional<String> label,
      @ConfigProperty(
              name = "m2mx.console.openid.operator-claim",
              defaultValue = "preferred_username")
          String claim,
      @ConfigProperty(name = "m2mx.console.openid.scopes", defaultValue = "openid,profile")
          List<String> scopes,
      @ConfigProperty(name = LONGEST, defaultValue = "PT10H") Duration longestSession) {
    issuer.ifPresent(url -> requireHttps(ISSUER, url));
    callback.ifPresent(url -> requireHttps(CALLBACK, url));
    if (callback.isPresent() && !callback.get().getRawPath().endsWith(CallbackServlet.PATH)) {
      throw new IllegalArgumentException(
          "%s=%s: give the console's address with %s after it"
              .formatted(CALLBACK, callback.get(), CallbackServlet.PATH));
    }
    if (issuer.isPresent() && clientId.isEmpty()) {
      throw new IllegalArgumentException(
          CLIENT_ID + " is missing: give the id that the console has at " + issuer.get());
    }
    if (longestSession.compareTo(Duration.ofMinutes(1)) < 0) {
      throw new IllegalArgumentException(
          LONGEST + "=" + longestSession + ": give PT1M or more, such as PT10H");
    }
    this.issuer = issuer;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.trustAnchor = trustAnchor;
    this.callback = callback;
    this.label = label;
    this.claim = claim.strip();
    this.scopes = scopes;
    this.longestSession = longestSession;
  }

  /** Has what is wrong with the settings stop the deployment, not the first operator. */
  void look(@Observes @Initialized(ApplicationScoped.class) Object start) {
    scope();
  }

  /** Whether there is a provider. */
  public boolean isOn() {
    return issuer.isPresent();
  }

  /** What operators call the provider; null when there is none. */
  public String label() {
    return label.or(() -> issuer.map(URI::getHost)).orElse(null);
  }

  /** After which time the provider is asked again. */
  public Duration longestSession() {
    return longestSession;
  }

  /** The provider, as it calls itself; only when there is one. */
  public Issuer issuer() {
    return new Issuer(issuer.orElseThrow());
  }

  /** What the console is called there; only when there is a provider. */
  public String clientId() {
    return clientId.orElseThrow();
  }

  /** How the console proves to be that; empty for a public client. */
  public Optional<String> clientSecret() {
    return clientSecret;
  }

  /**
   * A file of certificates that the provider's own has to go back to; empty for what the JVM
   * trusts.
   */
  public Optional<Path> trustAnchor() {
    return trustAnchor;
  }

  /** Where the provider sends operators back to; empty for where they see the console. */
  public Optional<URI> callback() {
    return callback;
  }

  /** Which claim is the operator's name here. */
  public String claim() {
    return claim;
  }

  /** What the provider is asked to tell. */
  public Scope scope() {
    var scope = new Scope(OIDCScopeValue.OPENID);
    scopes.forEach(value -> scope.add(value.strip()));
    return scope;
  }

  private static void requireHttps(String key, URI url) {
    if (!"https".equals(url.getScheme())
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          key
              + "="
              + url
              + ": give an https URL without ? and #, such as https://id.telco.example");
    }
  }
}
