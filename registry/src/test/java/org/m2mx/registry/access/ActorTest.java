package org.m2mx.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActorTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // role, bound to, reaches into: read, change, administer
        "ADMINISTRATOR, -,         -,         true,  true,  true",
        "ADMINISTRATOR, -,         a.example, true,  true,  true",
        "ISP_OPERATOR,  a.example, a.example, true,  true,  false",
        "ISP_OPERATOR,  a.example, b.example, false, false, false",
        "ISP_OPERATOR,  a.example, -,         false, false, false",
        "AUDITOR,       -,         -,         true,  false, false",
        "AUDITOR,       -,         a.example, true,  false, false",
        "AUDITOR,       a.example, a.example, true,  false, false",
        "AUDITOR,       a.example, b.example, false, false, false",
        "AUDITOR,       a.example, -,         false, false, false"
      })
  void aRoleReachesSoFar(
      Role role, String domain, String target, boolean read, boolean change, boolean administer) {
    var actor = new Actor("somebody", role, domain, "192.0.2.7");
    assertThat(actor.may(Access.OWN, target)).isTrue();
    assertThat(actor.may(Access.READ, target)).isEqualTo(read);
    assertThat(actor.may(Access.CHANGE, target)).isEqualTo(change);
    assertThat(actor.may(Access.ADMINISTER, target)).isEqualTo(administer);
  }

  @Test
  void anAdministratorIsBoundToNoIspAndAnIspsOperatorToOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Actor("a", Role.ADMINISTRATOR, "a.example", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Actor("a", Role.ISP_OPERATOR, null, null));
  }

  @Test
  void aTurnEndsWhereItBeganWithin() {
    var acting = new Acting();
    assertThat(acting.current()).isEmpty();
    var outer = Actor.service("outer");
    var inner = Actor.service("inner");
    acting.as(
        outer,
        () -> {
          acting.as(inner, () -> assertThat(acting.required()).isEqualTo(inner));
          assertThat(acting.required()).isEqualTo(outer);
        });
    assertThat(acting.current()).isEmpty();
  }
}
