package org.m2mx.registry.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.password;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class AccountLinksTest {
  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void aLinkIsSpentOnceAndMakesANewPassword() {
    var token = issue();
    assertThat(registry.database.call(() -> registry.links.whose(token))).contains(ALICE);
    // The account is as it was until then.
    assertThat(accepts(password("alice"))).isTrue();

    var spent = spend(token).orElseThrow();
    assertThat(spent.aor()).isEqualTo(ALICE);
    assertThat(accepts(spent.password())).isTrue();
    assertThat(accepts(password("alice"))).isFalse();
    assertThat(spend(token)).isEmpty();
    assertThat(registry.database.call(() -> registry.links.whose(token))).isEmpty();
    assertThat(spend(Token.shown("a guess"))).isEmpty();
  }

  @Test
  void ofManyAtOnceOneGetsTheAccount() throws Exception {
    var token = issue();
    var attempts = 8;
    var threads = Executors.newFixedThreadPool(attempts);
    try {
      Callable<Optional<AccountLinks.Spent>> attempt = () -> spend(token);
      var successes = 0;
      for (var outcome : threads.invokeAll(Collections.nCopies(attempts, attempt))) {
        successes += outcome.get().isPresent() ? 1 : 0;
      }
      assertThat(successes).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aLinkExpires() {
    var token = issue();
    var later = Registry.NOW.plus(Registry.LINK_LIFETIME).plus(Duration.ofSeconds(1));
    var then = registry.at(Clock.fixed(later, ZoneOffset.UTC));
    assertThat(registry.database.call(() -> then.spend(token, "192.0.2.7"))).isEmpty();
    assertThat(registry.database.call(() -> then.pending(ALICE))).isEmpty();
    assertThat(accepts(password("alice"))).isTrue();
  }

  @Test
  void anotherLinkOrAWithdrawalEndsTheFirst() {
    var first = issue();
    var second = issue();
    assertThat(spend(first)).isEmpty();
    registry.database.run(() -> registry.links.withdraw(ALICE));
    assertThat(spend(second)).isEmpty();
    assertThat(registry.database.call(() -> registry.links.pending(ALICE))).isEmpty();
  }

  @Test
  void aSuspendedSubscribersLinkWaits() {
    var token = issue();
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    assertThat(spend(token)).isEmpty();
    registry.database.run(() -> registry.subscribers.resume(ALICE));
    assertThat(spend(token)).isPresent();
  }

  @Test
  void onlyASubscriberHasALink() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.links.issue(NOBODY)));
  }

  @Test
  void theTrailTellsFromWhereItWasSpentAndNothingKeepsTheToken() throws Exception {
    var token = issue();
    spend(token);
    var spent = new AuditFilter(null, Action.ACCOUNT_LINK_SPENT, null, null, null);
    assertThat(registry.database.call(() -> registry.audit.list(null, spent, Long.MAX_VALUE, 10)))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.actor()).isEqualTo("account link");
              assertThat(entry.role()).isEqualTo(Role.ISP_OPERATOR);
              assertThat(entry.source()).isEqualTo("192.0.2.7");
              assertThat(entry.subject()).isEqualTo(ALICE.toString());
            });
    var again = issue();
    try (var connection = registry.database.dataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select token_hash from account_link")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo(again.hash()).isNotEqualTo(again.reveal());
    }
    assertThat(again.reveal()).hasSize(Token.LENGTH).matches("[A-Za-z0-9_-]+");
    assertThat(again).hasToString("****");
  }

  private Token issue() {
    return registry.database.call(() -> registry.links.issue(ALICE));
  }

  private Optional<AccountLinks.Spent> spend(Token token) {
    return registry.database.call(() -> registry.links.spend(token, "192.0.2.7"));
  }

  private boolean accepts(Password password) {
    return registry.database.call(() -> registry.subscribers.accepts(ALICE, password));
  }
}
