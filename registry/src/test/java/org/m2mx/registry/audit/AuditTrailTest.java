package org.m2mx.registry.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.VIDEO;
import static org.m2mx.registry.testing.Registry.password;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.api.Scope;
import org.m2mx.registry.binding.Registration;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.IspRule;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class AuditTrailTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final Actor ADMINISTRATOR =
      new Actor("admin", Role.ADMINISTRATOR, null, "2001:db8::7");

  private static final Callers.Group FAMILY = new Callers.Group("family");
  private static final Callers ANYONE = new Callers.Anyone();
  private static final Map<String, String> ISP = Map.of("name", "Example Telecom");
  private static final Map<String, String> LINK =
      Map.of("link expires", Registry.NOW.plus(Registry.LINK_LIFETIME).toString());
  private static final Map<String, String> RULE = Map.of("callers", "*", "effect", "DENY");

  private static final Instant KEY_EXPIRES = Registry.NOW.plus(Duration.ofDays(30));
  private static final String CONTACT = "sip:alice@[2001:db8::7]:5061";
  private static final Map<String, String> KEY =
      Map.of("scope", "READ", "expires", KEY_EXPIRES.toString());

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;
  private Password oneTime;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  // Whoever spends a link acts for its subscriber; AccountLinksTest has that line, ShutOutsTest
  // another, ImportsTest those of whole files, SecondFactorsTest those of second factors,
  // OperatorsTest that of somebody who is no operator.
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "ACCOUNT_LINK_SPENT",
        "SHUT_OUT_LIFTED",
        "SUBSCRIBERS_IMPORTED",
        "ACCOUNT_LINKS_SHOWN",
        "SECOND_FACTOR_ENROLLED",
        "SECOND_FACTOR_REMOVED",
        "SECOND_FACTOR_RESET",
        "RECOVERY_CODE_SPENT",
        "OPERATOR_REFUSED"
      })
  void everyChangeIsWrittenDown(Action action) {
    prepare(action);
    var before = entries().size();
    registry.acting.as(ADMINISTRATOR, () -> registry.database.run(changes().get(action)));
    var entries = entries();
    assertThat(entries).hasSize(before + 1);
    var entry = entries.get(0);
    assertThat(entry.action()).isEqualTo(action);
    assertThat(entry.actor()).isEqualTo("admin");
    assertThat(entry.role()).isEqualTo(Role.ADMINISTRATOR);
    assertThat(entry.source()).isEqualTo("2001:db8::7");
    assertThat(entry.happened()).isEqualTo(Registry.NOW);
    assertThat(entry.before().values()).isEqualTo(expectedBefore().getOrDefault(action, Map.of()));
    assertThat(entry.after().values()).isEqualTo(expectedAfter().getOrDefault(action, Map.of()));
  }

  @Test
  void aChangeThatFailsLeavesNoLine() {
    var before = entries().size();
    assertThatThrownBy(
        () ->
            registry.database.run(
                () -> {
                  registry.subscribers.suspend(ALICE);
                  registry.subscribers.suspend(NOBODY);
                }));
    assertThat(entries()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit set actor = 'somebody else'",
        "delete from audit",
        "delete from audit where id = (select max(id) from audit)"
      })
  void theDatabaseItselfRefusesToChangeOrRemoveALine(String statement) throws SQLException {
    try (var connection = registry.database.dataSource().getConnection();
        var line = connection.createStatement()) {
      assertThatThrownBy(() -> line.executeUpdate(statement))
          .hasMessageContaining("The audit trail only grows");
    }
    assertThat(entries()).extracting(AuditEntry::actor).containsOnly(Registry.SOMEBODY.name());
  }

  @Test
  void aPageHoldsWhatIsAskedForTheLatestFirst() {
    registry.database.run(() -> registry.isps.open("Other", "other.example"));
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    registry.database.run(() -> registry.subscribers.resume(ALICE));

    assertThat(list(DOMAIN, AuditFilter.ALL, Long.MAX_VALUE, 2))
        .extracting(AuditEntry::action)
        .containsExactly(Action.SUBSCRIBER_RESUMED, Action.SUBSCRIBER_SUSPENDED);
    var second = list(DOMAIN, AuditFilter.ALL, Long.MAX_VALUE, 2).get(1);
    assertThat(list(DOMAIN, AuditFilter.ALL, second.id(), 10))
        .extracting(AuditEntry::action)
        .containsExactly(Action.SUBSCRIBER_OPENED, Action.SUBSCRIBER_OPENED, Action.ISP_OPENED);
    assertThat(list("other.example", AuditFilter.ALL, Long.MAX_VALUE, 10)).hasSize(1);

    assertThat(filtered(new AuditFilter(null, null, "sip:ali", null, null))).hasSize(3);
    assertThat(filtered(new AuditFilter(null, null, "sip:al_", null, null))).isEmpty();
    assertThat(filtered(new AuditFilter("somebody", null, null, null, null))).isEmpty();
    assertThat(filtered(new AuditFilter(null, Action.ISP_OPENED, null, null, null))).hasSize(2);
    assertThat(filtered(new AuditFilter(null, null, null, Registry.NOW, null))).hasSize(6);
    assertThat(filtered(new AuditFilter(null, null, null, null, Registry.NOW))).isEmpty();
  }

  private Map<Action, Runnable> changes() {
    var changes = new EnumMap<Action, Runnable>(Action.class);
    changes.put(Action.ISP_OPENED, () -> registry.isps.open("Other", "other.example"));
    changes.put(Action.ISP_RENAMED, () -> registry.isps.rename(DOMAIN, "Renamed"));
    changes.put(Action.ISP_LIMITED, () -> registry.isps.limit(DOMAIN, OptionalInt.of(7)));
    changes.put(Action.ISP_DOMAIN_ADDED, () -> registry.isps.addDomain(DOMAIN, "second.example"));
    changes.put(
        Action.ISP_DOMAIN_REMOVED, () -> registry.isps.removeDomain(DOMAIN, "second.example"));
    changes.put(Action.API_KEY_MADE, this::makeKey);
    changes.put(Action.API_KEY_REVOKED, () -> registry.keys.revoke(DOMAIN, onlyKey()));
    changes.put(Action.DEVICE_DEREGISTERED, this::deregister);
    changes.put(Action.ISP_SUSPENDED, () -> registry.isps.suspend(DOMAIN));
    changes.put(Action.ISP_RESUMED, () -> registry.isps.resume(DOMAIN));
    changes.put(Action.ISP_DELETED, () -> registry.isps.delete(DOMAIN));
    changes.put(Action.SUBSCRIBER_DELETED, () -> registry.subscribers.delete(ALICE));
    changes.put(
        Action.SUBSCRIBER_OPENED,
        () -> registry.subscribers.open(NOBODY, password("nobody"), true));
    changes.put(Action.SUBSCRIBER_SUSPENDED, () -> registry.subscribers.suspend(ALICE));
    changes.put(Action.SUBSCRIBER_RESUMED, () -> registry.subscribers.resume(ALICE));
    changes.put(
        Action.CREDENTIAL_RESET,
        () -> registry.subscribers.resetCredential(ALICE, password("another")));
    changes.put(Action.ACCOUNT_LINK_ISSUED, () -> registry.links.issue(ALICE));
    changes.put(Action.ACCOUNT_LINK_WITHDRAWN, () -> registry.links.withdraw(ALICE));
    changes.put(Action.CALLER_PERMITTED, () -> registry.permissions.permit(ALICE, VIDEO));
    changes.put(Action.CALLER_REVOKED, () -> registry.permissions.revoke(ALICE, VIDEO));
    changes.put(Action.GROUP_MADE, () -> registry.groups.create(DOMAIN, FAMILY));
    changes.put(Action.GROUP_REMOVED, () -> registry.groups.remove(DOMAIN, FAMILY));
    changes.put(Action.GROUP_MEMBER_ADDED, () -> registry.groups.add(DOMAIN, FAMILY, ALICE));
    changes.put(Action.GROUP_MEMBER_REMOVED, () -> registry.groups.remove(DOMAIN, FAMILY, ALICE));
    changes.put(Action.ISP_RULE_MADE, this::denyAnyone);
    changes.put(Action.ISP_RULE_REMOVED, () -> registry.rules.remove(DOMAIN, ANYONE));
    changes.put(
        Action.OPERATOR_OPENED, () -> registry.operators.open("jiro", Role.ISP_OPERATOR, DOMAIN));
    changes.put(Action.OPERATOR_SUSPENDED, () -> registry.operators.suspend("admin"));
    changes.put(Action.OPERATOR_RESUMED, () -> registry.operators.resume("admin"));
    changes.put(Action.OPERATOR_RESET, () -> registry.operators.resetPassword("admin"));
    changes.put(
        Action.OPERATOR_PASSWORD_CHANGED,
        () ->
            registry.operators.changePassword(
                oneTime.reveal(), Password.of("chosen by the administrator")));
    changes.put(Action.OPERATOR_DELETED, () -> registry.operators.delete("admin"));
    return changes;
  }

  private void deregister() {
    registry.devices.deregister(ALICE, registry.devices.of(ALICE).get(0).key());
  }

  private void register() {
    registry
        .bindings
        .register(
            ALICE,
            new Registration(
                "call",
                1,
                new Registration.Connection("flow", "TLS", "[2001:db8::7]:5061", null, List.of()),
                List.of(
                    new Registration.Contact(
                        CONTACT, CONTACT, null, null, null, Duration.ofHours(1)))),
            Registry.NOW)
        .join();
  }

  private void makeKey() {
    registry.keys.make(DOMAIN, "billing", Scope.READ, KEY_EXPIRES);
  }

  private long onlyKey() {
    return registry.keys.list(DOMAIN).get(0).id();
  }

  private void denyAnyone() {
    registry.rules.put(DOMAIN, ANYONE, IspRule.Effect.DENY, Optional.empty());
  }

  private void prepare(Action action) {
    if (action.name().startsWith("GROUP_") && action != Action.GROUP_MADE) {
      registry.database.run(() -> registry.groups.create(DOMAIN, FAMILY));
    }
    if (action == Action.ACCOUNT_LINK_WITHDRAWN) {
      registry.database.run(() -> registry.links.issue(ALICE));
    }
    if (action == Action.DEVICE_DEREGISTERED) {
      register();
    }
    if (action == Action.API_KEY_REVOKED) {
      registry.database.run(this::makeKey);
    }
    if (action == Action.ISP_DOMAIN_REMOVED) {
      registry.database.run(() -> registry.isps.addDomain(DOMAIN, "second.example"));
    }
    if (action == Action.ISP_DELETED) {
      registry.database.run(() -> registry.isps.suspend(DOMAIN));
    }
    if (action == Action.GROUP_MEMBER_REMOVED) {
      registry.database.run(() -> registry.groups.add(DOMAIN, FAMILY, ALICE));
    }
    if (action == Action.ISP_RULE_REMOVED) {
      registry.database.run(this::denyAnyone);
    }
    if (action == Action.CALLER_REVOKED) {
      registry.database.run(() -> registry.permissions.permit(ALICE, VIDEO));
    }
    if (action.name().startsWith("OPERATOR_") && action != Action.OPERATOR_OPENED) {
      registry.database.run(() -> registry.operators.open("other", Role.ADMINISTRATOR, null));
      oneTime =
          registry.database.call(() -> registry.operators.open("admin", Role.ADMINISTRATOR, null));
    }
  }

  private Map<Action, Map<String, String>> expectedBefore() {
    var active = Map.of("status", "ACTIVE", "legacy", "false");
    var admin = Map.of("role", "ADMINISTRATOR", "status", "ACTIVE", "password", "one-time");
    return Map.ofEntries(
        Map.entry(Action.ISP_RENAMED, with(ISP, "status", "ACTIVE")),
        Map.entry(Action.ISP_LIMITED, with(ISP, "status", "ACTIVE")),
        Map.entry(Action.ISP_DOMAIN_REMOVED, Map.of("isp", DOMAIN)),
        Map.entry(Action.API_KEY_REVOKED, KEY),
        Map.entry(
            Action.DEVICE_DEREGISTERED,
            Map.of(
                "contact",
                CONTACT,
                "source",
                "[2001:db8::7]:5061",
                "expires",
                Registry.NOW.plus(Duration.ofHours(1)).toString())),
        Map.entry(Action.ISP_SUSPENDED, with(ISP, "status", "ACTIVE")),
        Map.entry(Action.ISP_RESUMED, with(ISP, "status", "ACTIVE")),
        Map.entry(Action.ISP_DELETED, with(with(ISP, "status", "SUSPENDED"), "subscribers", "2")),
        Map.entry(
            Action.SUBSCRIBER_DELETED,
            with(with(with(active, "devices", "0"), "callers", "0"), "named", "0")),
        Map.entry(Action.ACCOUNT_LINK_WITHDRAWN, LINK),
        Map.entry(Action.SUBSCRIBER_SUSPENDED, active),
        Map.entry(Action.SUBSCRIBER_RESUMED, active),
        Map.entry(Action.CREDENTIAL_RESET, active),
        Map.entry(Action.CALLER_REVOKED, Map.of("callers", ALICE.toString())),
        Map.entry(Action.GROUP_MEMBER_REMOVED, Map.of("member", ALICE.toString())),
        Map.entry(Action.ISP_RULE_REMOVED, RULE),
        Map.entry(Action.OPERATOR_SUSPENDED, admin),
        Map.entry(Action.OPERATOR_RESUMED, admin),
        Map.entry(Action.OPERATOR_RESET, admin),
        Map.entry(Action.OPERATOR_PASSWORD_CHANGED, admin),
        Map.entry(Action.OPERATOR_DELETED, admin));
  }

  private Map<Action, Map<String, String>> expectedAfter() {
    var active = Map.of("status", "ACTIVE", "legacy", "false");
    var admin = Map.of("role", "ADMINISTRATOR", "status", "ACTIVE", "password", "one-time");
    return Map.ofEntries(
        Map.entry(Action.ISP_OPENED, Map.of("name", "Other", "status", "ACTIVE")),
        Map.entry(Action.ISP_RENAMED, Map.of("name", "Renamed", "status", "ACTIVE")),
        Map.entry(Action.ISP_LIMITED, with(with(ISP, "status", "ACTIVE"), "subscriber limit", "7")),
        Map.entry(Action.ISP_DOMAIN_ADDED, Map.of("isp", DOMAIN)),
        Map.entry(Action.API_KEY_MADE, KEY),
        Map.entry(Action.ISP_SUSPENDED, with(ISP, "status", "SUSPENDED")),
        Map.entry(Action.ISP_RESUMED, with(ISP, "status", "ACTIVE")),
        Map.entry(Action.ACCOUNT_LINK_ISSUED, LINK),
        Map.entry(Action.SUBSCRIBER_OPENED, with(active, "legacy", "true")),
        Map.entry(Action.SUBSCRIBER_SUSPENDED, with(active, "status", "SUSPENDED")),
        Map.entry(Action.SUBSCRIBER_RESUMED, active),
        Map.entry(Action.CREDENTIAL_RESET, active),
        Map.entry(Action.CALLER_PERMITTED, Map.of("callers", ALICE.toString())),
        Map.entry(Action.GROUP_MEMBER_ADDED, Map.of("member", ALICE.toString())),
        Map.entry(Action.ISP_RULE_MADE, RULE),
        Map.entry(
            Action.OPERATOR_OPENED,
            Map.of(
                "role", "ISP_OPERATOR", "isp", DOMAIN, "status", "ACTIVE", "password", "one-time")),
        Map.entry(Action.OPERATOR_SUSPENDED, with(admin, "status", "SUSPENDED")),
        Map.entry(Action.OPERATOR_RESUMED, admin),
        Map.entry(Action.OPERATOR_RESET, admin),
        Map.entry(Action.OPERATOR_PASSWORD_CHANGED, with(admin, "password", "chosen")));
  }

  private static Map<String, String> with(Map<String, String> facts, String name, String value) {
    return new Facts(facts).and(name, value).values();
  }

  private List<AuditEntry> filtered(AuditFilter filter) {
    return list(null, filter, Long.MAX_VALUE, 100);
  }

  private List<AuditEntry> entries() {
    return filtered(AuditFilter.ALL);
  }

  private List<AuditEntry> list(String domain, AuditFilter filter, long before, int size) {
    return registry.database.call(() -> registry.audit.list(domain, filter, before, size));
  }
}
