package org.m2mx.registry.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class PermissionsTest {
  private static final Aor FOREIGNER = new Aor("carol", "elsewhere.example");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void nobodyMayCallUntilPermitted() {
    assertThat(mayCall(ALICE, VIDEO)).isFalse();
    permit(ALICE, VIDEO);
    assertThat(mayCall(ALICE, VIDEO)).isTrue();
    assertThat(mayCall(VIDEO, ALICE)).isFalse();
  }

  @Test
  void aPermissionCanBeGivenTwiceAndIsTakenBackOnce() {
    permit(ALICE, VIDEO);
    permit(ALICE, VIDEO);
    assertThat(callersOf(VIDEO)).containsExactly(ALICE);
    registry.database.run(() -> registry.permissions.revoke(ALICE, VIDEO));
    registry.database.run(() -> registry.permissions.revoke(ALICE, VIDEO));
    assertThat(mayCall(ALICE, VIDEO)).isFalse();
  }

  @Test
  void callersOfAnyDomainAreListedInOrder() {
    permit(FOREIGNER, VIDEO);
    permit(ALICE, VIDEO);
    assertThat(callersOf(VIDEO)).containsExactly(ALICE, FOREIGNER);
    assertThat(callersOf(ALICE)).isEmpty();
  }

  @Test
  void onlyASubscriberCanPermit() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> permit(ALICE, NOBODY))
        .withMessageContaining("sip:nobody@m2m-x.example");
  }

  private void permit(Aor caller, Aor callee) {
    registry.database.run(() -> registry.permissions.permit(caller, callee));
  }

  private boolean mayCall(Aor caller, Aor callee) {
    return registry.database.call(() -> registry.permissions.mayCall(caller, callee));
  }

  private List<Aor> callersOf(Aor callee) {
    return registry.database.call(() -> registry.permissions.list(callee)).stream()
        .map(Permission::caller)
        .toList();
  }
}
