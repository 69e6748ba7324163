package org.m2mx.registry.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOW;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.permission.IspRule.Effect;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class IspRulesTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final Callers SPAMMERS = new Callers.Domain("spam.example");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void aRuleIsMadeChangedAndTakenBack() {
    put(SPAMMERS, Effect.DENY, Optional.empty());
    put(Callers.one(ALICE), Effect.ALLOW, Optional.of(NOW.plusSeconds(60)));
    put(SPAMMERS, Effect.ALLOW, Optional.of(NOW.plusSeconds(1)));
    assertThat(list())
        .extracting(IspRule::callers, IspRule::effect, IspRule::ends)
        .containsExactly(
            tuple(SPAMMERS, Effect.ALLOW, Optional.of(NOW.plusSeconds(1))),
            tuple(Callers.one(ALICE), Effect.ALLOW, Optional.of(NOW.plusSeconds(60))));
    registry.database.run(() -> registry.rules.remove(DOMAIN, SPAMMERS));
    registry.database.run(() -> registry.rules.remove(DOMAIN, SPAMMERS));
    assertThat(list()).extracting(IspRule::callers).containsExactly(Callers.one(ALICE));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> put(SPAMMERS, Effect.DENY, Optional.of(NOW)));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> put(new Callers.Group("family"), Effect.DENY, Optional.empty()));
    assertThat(list()).isEmpty();
  }

  private void put(Callers callers, Effect effect, Optional<Instant> ends) {
    registry.database.run(() -> registry.rules.put(DOMAIN, callers, effect, ends));
  }

  private List<IspRule> list() {
    return registry.database.call(() -> registry.rules.list(DOMAIN));
  }
}
