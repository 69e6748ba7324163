package org.m2mx.console.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.console.openid.OpenIdSettings;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.operator.Operator;

/** Who gets in by what: a password, or an OpenID provider's word. */
@Named("entrances")
@ApplicationScoped
public class PasswordPolicy {
  private static final String KEY = "m2mx.console.passwords";

  private final OpenIdSettings provider;
  private final Whom whom;

  private enum Whom {
    EVERYBODY,
    ADMINISTRATORS,
    NOBODY
  }

  /** For the client proxy only. */
  protected PasswordPolicy() {
    provider = null;
    whom = null;
  }

  /**
   * @param provider the other way in
   * @param whom {@code m2mx.console.passwords}: who gets in by a password, default everybody
   * @throws IllegalArgumentException when it says nothing of the kind, or keeps somebody out who
   *     has no other way in
   */
  @Inject
  public PasswordPolicy(
      OpenIdSettings provider,
      @ConfigProperty(name = KEY, defaultValue = "EVERYBODY") String whom) {
    this.provider = provider;
    this.whom =
        Arrays.stream(Whom.values())
            .filter(one -> one.name().equalsIgnoreCase(whom.strip()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s=%s: give one of %s".formatted(KEY, whom, List.of(Whom.values()))));
    if (this.whom != Whom.EVERYBODY && !provider.isOn()) {
      throw new IllegalArgumentException(
          "%s=%s leaves operators no way in: name an OpenID provider with m2mx.console.openid.issuer"
              .formatted(KEY, whom));
    }
  }

  /** Has what is wrong with the setting stop the deployment, not the first operator. */
  void look(@Observes @Initialized(ApplicationScoped.class) Object start) {
    isByPassword();
  }

  /** Whether an operator gets in by its password. */
  public boolean admits(Operator operator) {
    return whom == Whom.EVERYBODY
        || whom == Whom.ADMINISTRATORS && operator.role() == Role.ADMINISTRATOR;
  }

  /** Whether anybody gets in by a password. */
  public boolean isByPassword() {
    return whom != Whom.NOBODY;
  }

  /** Whether passwords are for emergencies, and stand aside on the sign-in page. */
  public boolean isAside() {
    return whom == Whom.ADMINISTRATORS;
  }

  /** What operators call the OpenID provider; null when there is none. */
  public String getProvider() {
    return provider.label();
  }
}
