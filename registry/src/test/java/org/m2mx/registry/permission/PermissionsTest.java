package org.m2mx.registry.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

  private static final Callers.Group FAMILY = new Callers.Group("family");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void aListBeginsEmpty() {
    assertThat(listOf(VIDEO)).isEmpty();
    permit(ALICE, VIDEO);
    assertThat(listOf(VIDEO)).containsExactly("sip:alice@m2m-x.example");
    assertThat(listOf(ALICE)).isEmpty();
  }

  @Test
  void aPermissionCanBeGivenTwiceAndIsTakenBackOnce() {
    permit(ALICE, VIDEO);
    permit(ALICE, VIDEO);
    assertThat(listOf(VIDEO)).containsExactly("sip:alice@m2m-x.example");
    registry.database.run(() -> registry.permissions.revoke(ALICE, VIDEO));
    registry.database.run(() -> registry.permissions.revoke(ALICE, VIDEO));
    assertThat(listOf(VIDEO)).isEmpty();
  }

  @Test
  void aListHasAnEnd() {
    for (int i = 0; i < Registry.LONGEST_LIST; i++) {
      permit(new Aor("caller" + i, "elsewhere.example"), VIDEO);
    }
    assertThatExceptionOfType(ListFullException.class)
        .isThrownBy(() -> permit(ALICE, VIDEO))
        .withMessageContaining("has 5 lines, and may not have more")
        .satisfies(e -> assertThat(e.limit()).isEqualTo(Registry.LONGEST_LIST));
    // Those who are there already get another end as before.
    permit(new Aor("caller0", "elsewhere.example"), VIDEO);
    registry.database.run(
        () -> registry.permissions.revoke(new Aor("caller0", "elsewhere.example"), VIDEO));
    permit(ALICE, VIDEO);
    assertThat(listOf(VIDEO)).hasSize(Registry.LONGEST_LIST).contains(ALICE.toString());
  }

  @Test
  void aListNamesCallersGroupsDomainsAndAnyoneInTheOrderOfTheirText() {
    registry.database.run(() -> registry.groups.create("m2m-x.example", FAMILY));
    permit(FOREIGNER, VIDEO);
    permit(new Callers.Anyone(), Optional.empty());
    permit(new Callers.Domain("Elsewhere.Example"), Optional.empty());
    permit(FAMILY, Optional.empty());

    assertThat(listOf(VIDEO))
        .containsExactly("*", "@elsewhere.example", "group:family", "sip:carol@elsewhere.example");
  }

  @Test
  void thePermissionForAGroupGoesWithIt() {
    registry.database.run(() -> registry.groups.create("m2m-x.example", FAMILY));
    permit(FAMILY, Optional.empty());
    permit(ALICE, VIDEO);
    registry.database.run(() -> registry.groups.remove("m2m-x.example", FAMILY));

    assertThat(listOf(VIDEO)).containsExactly("sip:alice@m2m-x.example");
  }

  @Test
  void theEndOfAPermissionCanBeMoved() {
    permit(Callers.one(ALICE), Optional.of(NOW.plusSeconds(60)));
    permit(Callers.one(ALICE), Optional.of(NOW.plusSeconds(120)));
    assertThat(ends()).contains(NOW.plusSeconds(120));
    permit(ALICE, VIDEO);
    assertThat(ends()).isEmpty();
  }

  @Test
  void anEndThatHasPassedIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> permit(Callers.one(ALICE), Optional.of(NOW)))
        .withMessageContaining("has passed");
    assertThat(listOf(VIDEO)).isEmpty();
  }

  @Test
  void onlyASubscriberCanPermit() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> permit(ALICE, NOBODY))
        .withMessageContaining("sip:nobody@m2m-x.example");
  }

  @Test
  void onlyAGroupThatThereIsCanBePermitted() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> permit(FAMILY, Optional.empty()))
        .withMessageContaining("family");
  }

  private Optional<Instant> ends() {
    return registry.database.call(() -> registry.permissions.list(VIDEO)).get(0).ends();
  }

  private void permit(Callers callers, Optional<Instant> ends) {
    registry.database.run(() -> registry.permissions.permit(callers, VIDEO, ends));
  }

  private void permit(Aor caller, Aor callee) {
    registry.database.run(() -> registry.permissions.permit(caller, callee));
  }

  private List<String> listOf(Aor callee) {
    return registry.database.call(() -> registry.permissions.list(callee)).stream()
        .map(permission -> permission.callers().toString())
        .toList();
  }
}
