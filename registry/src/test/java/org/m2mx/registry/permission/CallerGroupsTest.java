package org.m2mx.registry.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CallerGroupsTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final Callers.Group FAMILY = new Callers.Group("family");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void membersComeAndGo() {
    create(FAMILY);
    add(VIDEO);
    add(ALICE);
    add(ALICE);
    assertThat(members()).containsExactly(ALICE, VIDEO);
    registry.database.run(() -> registry.groups.remove(DOMAIN, FAMILY, ALICE));
    assertThat(members()).containsExactly(VIDEO);
  }

  @Test
  void groupsAreListedByName() {
    create(new Callers.Group("work"));
    create(FAMILY);
    assertThat(registry.database.call(() -> registry.groups.list("M2M-X.example")))
        .extracting(CallerGroup::name)
        .containsExactly("family", "work");
  }

  @Test
  void aNameIsGivenOncePerIsp() {
    create(FAMILY);
    assertThatExceptionOfType(TakenException.class).isThrownBy(() -> create(FAMILY));
    registry.database.run(() -> registry.isps.open("Elsewhere", "elsewhere.example"));
    registry.database.run(() -> registry.groups.create("elsewhere.example", FAMILY));
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> add(ALICE))
        .withMessageContaining("family");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () -> registry.database.run(() -> registry.groups.create("nowhere.example", FAMILY)))
        .withMessageContaining("nowhere.example");
  }

  private void create(Callers.Group group) {
    registry.database.run(() -> registry.groups.create(DOMAIN, group));
  }

  private void add(Aor member) {
    registry.database.run(() -> registry.groups.add(DOMAIN, FAMILY, member));
  }

  private List<Aor> members() {
    return registry.database.call(() -> registry.groups.members(DOMAIN, FAMILY)).stream()
        .map(CallerGroupMember::member)
        .toList();
  }
}
