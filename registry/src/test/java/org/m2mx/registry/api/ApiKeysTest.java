package org.m2mx.registry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class ApiKeysTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final Instant EXPIRES = Registry.NOW.plus(Duration.ofDays(30));

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void aKeyLetsItsProgramInAsWhatItIsFor() {
    var read = use(make(DOMAIN, Scope.READ)).orElseThrow();
    assertThat(read.actor("192.0.2.7"))
        .isEqualTo(
            new Actor("billing (API key " + read.id() + ")", Role.AUDITOR, DOMAIN, "192.0.2.7"));
    assertThat(use(make("M2M-X.example", Scope.WRITE)).orElseThrow().actor(null))
        .extracting(Actor::role, Actor::domain)
        .containsExactly(Role.ISP_OPERATOR, DOMAIN);
    assertThat(use(make(null, Scope.READ)).orElseThrow().actor(null).role())
        .isEqualTo(Role.AUDITOR);
    assertThat(use(make(null, Scope.WRITE)).orElseThrow().actor(null).role())
        .isEqualTo(Role.ADMINISTRATOR);
  }

  @Test
  void nothingKeepsTheTokenAndAGuessOpensNothing() throws Exception {
    var token = make(DOMAIN, Scope.READ);
    try (var connection = registry.database.dataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select token_hash from api_key")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo(token.hash()).isNotEqualTo(token.reveal());
    }
    assertThat(use(Token.shown(token.reveal() + "x"))).isEmpty();
    assertThat(use(Token.shown(token.hash()))).isEmpty();
    assertThat(use(Token.shown(""))).isEmpty();
  }

  @Test
  void aKeyEndsWhenItExpiresIsRevokedOrItsIspGoes() {
    var expiring = make(DOMAIN, Scope.READ);
    var then = registry.keysAt(Clock.fixed(EXPIRES, ZoneOffset.UTC));
    assertThat(registry.database.call(() -> then.use(expiring))).isEmpty();

    var revoked = make(DOMAIN, Scope.READ);
    var id = use(revoked).orElseThrow().id();
    registry.database.run(() -> registry.keys.revoke(DOMAIN, id));
    assertThat(use(revoked)).isEmpty();

    registry.database.run(() -> registry.isps.suspend(DOMAIN));
    assertThat(use(expiring)).isPresent();
    registry.database.run(() -> registry.isps.delete(DOMAIN));
    assertThat(use(expiring)).isEmpty();
  }

  @Test
  void keysOfOthersAreNeitherListedNorRevoked() {
    registry.database.run(() -> registry.isps.open("Other", "other.example"));
    var token = make(DOMAIN, Scope.READ);
    var id = use(token).orElseThrow().id();
    assertThat(registry.database.call(() -> registry.keys.list(DOMAIN))).hasSize(1);
    for (var elsewhere : new String[] {"other.example", null}) {
      assertThat(registry.database.call(() -> registry.keys.list(elsewhere))).isEmpty();
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> registry.database.run(() -> registry.keys.revoke(elsewhere, id)));
    }
    assertThat(use(token)).isPresent();
  }

  @Test
  void itsLastUseIsNotedToTheMinute() {
    var token = make(DOMAIN, Scope.READ);
    assertThat(listed().used()).isEmpty();
    use(token);
    assertThat(listed().used()).contains(Registry.NOW);
    useAt(token, Registry.NOW.plusSeconds(59));
    assertThat(listed().used()).contains(Registry.NOW);
    useAt(token, Registry.NOW.plusSeconds(60));
    assertThat(listed().used()).contains(Registry.NOW.plusSeconds(60));
  }

  @Test
  void aKeyHasANameAnIspAndAnEnd() {
    var longest = Registry.NOW.plus(ApiKeys.LONGEST_LIFE);
    for (var end : new Instant[] {Registry.NOW, longest.plusMillis(1)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> make(DOMAIN, "billing", end));
    }
    for (var name : new String[] {" ", "x".repeat(65)}) {
      assertThatIllegalArgumentException().isThrownBy(() -> make(DOMAIN, name, EXPIRES));
    }
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> make("nowhere.example", "billing", EXPIRES));
    make(DOMAIN, "x".repeat(64), longest);
  }

  private Token make(String domain, Scope scope) {
    return registry.database.call(() -> registry.keys.make(domain, "billing", scope, EXPIRES));
  }

  private void make(String domain, String name, Instant expires) {
    registry.database.run(() -> registry.keys.make(domain, name, Scope.READ, expires));
  }

  private Optional<ApiKey> use(Token token) {
    return registry.database.call(() -> registry.keys.use(token));
  }

  private void useAt(Token token, Instant time) {
    var keys = registry.keysAt(Clock.fixed(time, ZoneOffset.UTC));
    registry.database.call(() -> keys.use(token));
  }

  private ApiKey listed() {
    return registry.database.call(() -> registry.keys.list(DOMAIN)).get(0);
  }
}
