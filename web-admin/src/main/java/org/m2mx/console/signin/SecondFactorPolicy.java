package org.m2mx.console.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.DomainName;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.operator.Operator;

/** Whose password alone is not enough, whether they like it or not. */
@ApplicationScoped
public class SecondFactorPolicy {
  private static final String KEY = "m2mx.console.second-factor.required";

  private final Set<Role> roles = EnumSet.noneOf(Role.class);
  private final Set<String> named = new HashSet<>();

  /** For the client proxy only. */
  protected SecondFactorPolicy() {
    this(Optional.empty());
  }

  /**
   * @param whom {@code m2mx.console.second-factor.required}: roles, and ISPs by their first domain,
   *     which stays theirs, for their operators and auditors; by default nobody
   * @throws IllegalArgumentException when one of them is neither
   */
  @Inject
  public SecondFactorPolicy(@ConfigProperty(name = KEY) Optional<List<String>> whom) {
    whom.orElse(List.of()).stream().map(String::strip).forEach(this::add);
  }

  /** Whether an operator has to have an app. */
  public boolean requires(Operator operator) {
    return roles.contains(operator.role())
        || operator.domain() != null && named.contains(operator.domain());
  }

  private void add(String one) {
    if (one.contains(".")) {
      named.add(DomainName.normalise(one));
      return;
    }
    roles.add(
        Role.ofOperators().stream()
            .filter(role -> role.name().equalsIgnoreCase(one))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s=%s: give roles, %s, or domains of ISPs, with commas between them"
                            .formatted(KEY, one, Role.ofOperators()))));
  }
}
