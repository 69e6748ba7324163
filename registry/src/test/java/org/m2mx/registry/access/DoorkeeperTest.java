package org.m2mx.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.api.Answers;
import org.m2mx.registry.api.ApiKeys;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.bulk.Imports;
import org.m2mx.registry.call.CallFigures;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.guard.ShutOuts;
import org.m2mx.registry.handshake.FailedHandshakes;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.permission.CallerGroups;
import org.m2mx.registry.permission.IspRules;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.subscriber.Subscribers;
import org.m2mx.registry.testing.RegistryDatabase;

/** Tries every door of the registry with every key that does not fit. */
class DoorkeeperTest {
  private static final Actor OF_ANOTHER_ISP =
      new Actor("jiro", Role.ISP_OPERATOR, "own.example", "192.0.2.7");
  private static final Actor AUDITOR = new Actor("hana", Role.AUDITOR, null, "192.0.2.8");

  // What the service does itself, at start or in a change that has passed its door; and what a
  // token of its own opens.
  private static final Set<String> NO_DOORS =
      Set.of(
          "Operators.makeFirstAdministrator",
          "AuditTrail.add",
          "AccountLinks.whose",
          "AccountLinks.spend",
          "AccountLinks.lifetime",
          "AuditTrail.addEach",
          "Imports.afterStart",
          "ApiKeys.use",
          "Answers.once",
          "FailedHandshakes.failed");

  private static final Set<String> TO_ITSELF =
      Set.of(
          "Calls.own",
          "Devices.of",
          "Devices.deregister",
          "Permissions.list",
          "Permissions.permit",
          "Permissions.revoke",
          "Subscribers.find");

  private final Acting acting = new Acting();
  private final Doorkeeper doorkeeper = new Doorkeeper(acting, domains());

  static Stream<Method> doors() {
    return Stream.of(
            Isps.class,
            Subscribers.class,
            Calls.class,
            AccountLinks.class,
            Permissions.class,
            CallerGroups.class,
            IspRules.class,
            Devices.class,
            Imports.class,
            Operators.class,
            ApiKeys.class,
            Answers.class,
            ShutOuts.class,
            FailedHandshakes.class,
            CallFigures.class,
            AuditTrail.class)
        .flatMap(service -> Arrays.stream(service.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic());
  }

  @ParameterizedTest
  @MethodSource("doors")
  void everyPublicMethodIsADoor(Method method) {
    assertThat(method.isAnnotationPresent(Requires.class))
        .as(name(method))
        .isNotEqualTo(NO_DOORS.contains(name(method)));
  }

  @ParameterizedTest
  @MethodSource("doors")
  void nobodyGetsThrough(Method door) {
    if (door.isAnnotationPresent(Requires.class)) {
      refused(door);
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void anIspsOperatorDoesNotReachAnotherIspNorThePlatform(Method door) {
    if (demand(door) != Access.OWN) {
      acting.as(OF_ANOTHER_ISP, () -> refused(door));
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void anAuditorChangesNothing(Method door) {
    if (demand(door) == Access.CHANGE || demand(door) == Access.ADMINISTER) {
      acting.as(AUDITOR, () -> refused(door));
    }
  }

  @ParameterizedTest
  @MethodSource("doors")
  void aSubscriberReachesWhatIsItsOwnThroughAFewDoors(Method door) throws Exception {
    if (!door.isAnnotationPresent(Requires.class)) {
      return;
    }
    var turn = acting.begin(Actor.subscriber(new Aor("a", "own.example"), "192.0.2.9"));
    // Not even another subscriber of its own ISP, by its name in another case.
    for (var other : List.of("b", "A")) {
      refused(door, reaching(door, new Aor(other, "own.example")));
    }
    var own = reaching(door, new Aor("a", "OWN.example"));
    if (TO_ITSELF.contains(name(door)) && door.getAnnotation(Requires.class).orItself()) {
      assertThat(doorkeeper.check(call(door, own))).isEqualTo("through");
    } else {
      refused(door, own);
    }
    turn.end();
  }

  @Test
  void noOtherDoorIsOpenToSubscribers() {
    assertThat(
            doors()
                .filter(method -> method.isAnnotationPresent(Requires.class))
                .filter(method -> method.getAnnotation(Requires.class).orItself())
                .map(DoorkeeperTest::name))
        .containsOnlyOnceElementsOf(TO_ITSELF)
        .hasSameSizeAs(TO_ITSELF);
  }

  @Test
  void whoeverMayGetsThroughAndTheDomainsCaseDoesNotMatter() throws Exception {
    var find = Isps.class.getMethod("find", String.class);
    var suspend = Subscribers.class.getMethod("suspend", Aor.class);
    var turn = acting.begin(OF_ANOTHER_ISP);
    assertThat(doorkeeper.check(call(find, "OWN.example"))).isEqualTo("through");
    assertThat(doorkeeper.check(call(suspend, new Aor("a", "own.example")))).isEqualTo("through");
    turn.end();
  }

  @Test
  void everyDomainOfAnIspIsWithinReachAndLeadsToItsFirst() throws Exception {
    var find = Isps.class.getMethod("find", String.class);
    var suspend = Subscribers.class.getMethod("suspend", Aor.class);
    var turn = acting.begin(OF_ANOTHER_ISP);
    var named = new Object[] {"Second.Own.example"};
    assertThat(doorkeeper.check(call(find, named))).isEqualTo("through");
    assertThat(named).containsExactly("own.example");
    assertThat(doorkeeper.check(call(suspend, new Aor("a", "second.own.example"))))
        .isEqualTo("through");
    refused(find, "third.own.example");
    refused(suspend, new Aor("a", "third.own.example"));
    turn.end();
  }

  private static Domains domains() {
    var database = RegistryDatabase.Kind.H2.empty();
    try (var connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          insert into isp (name, domain, status, created)
          values ('Own', 'own.example', 'ACTIVE', current_timestamp)
          """);
      statement.executeUpdate(
          """
          insert into isp_domain (name, isp_id)
          select d.name, id from isp, (values ('own.example'), ('second.own.example')) as d (name)
          """);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new Domains(database.dataSource(), Clock.systemUTC());
  }

  private static Object[] reaching(Method door, Aor aor) {
    return Arrays.stream(door.getParameters())
        .map(
            parameter -> {
              if (parameter.isAnnotationPresent(Within.class)) {
                return parameter.getType() == Aor.class ? aor : aor.domain();
              }
              return null;
            })
        .toArray();
  }

  private void refused(Method door) {
    refused(door, foreign(door));
  }

  private void refused(Method door, Object... arguments) {
    assertThatExceptionOfType(AccessDeniedException.class)
        .as(name(door))
        .isThrownBy(() -> doorkeeper.check(call(door, arguments)));
  }

  private static Access demand(Method method) {
    var requires = method.getAnnotation(Requires.class);
    return requires == null ? Access.OWN : requires.value();
  }

  private static Object[] foreign(Method door) {
    return Arrays.stream(door.getParameters())
        .map(
            parameter -> {
              if (parameter.getType() == Aor.class) {
                // A caller's own name opens no callee's door.
                return new Aor(
                    "a", parameter.isAnnotationPresent(Within.class) ? "b.example" : "own.example");
              }
              return parameter.isAnnotationPresent(Within.class) ? "b.example" : null;
            })
        .toArray();
  }

  private static InvocationContext call(Method method, Object... arguments) {
    return (InvocationContext)
        Proxy.newProxyInstance(
            InvocationContext.class.getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (proxy, asked, none) ->
                switch (asked.getName()) {
                  case "getMethod" -> method;
                  case "getParameters" -> arguments;
                  case "setParameters" -> null;
                  case "proceed" -> "through";
                  default -> throw new UnsupportedOperationException(asked.getName());
                });
  }

  private static String name(Method method) {
    return method.getDeclaringClass().getSimpleName() + '.' + method.getName();
  }
}
