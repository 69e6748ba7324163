package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.AccessDeniedException;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.access.Within;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.api.ApiKeys;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.bulk.Imports;
import org.m2mx.registry.call.CallFigures;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.guard.ShutOuts;
import org.m2mx.registry.handshake.FailedHandshakes;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.permission.CallerGroups;
import org.m2mx.registry.permission.IspRules;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.secondfactor.SecondFactors;
import org.m2mx.registry.subscriber.Subscribers;
import org.m2mx.tests.console.ConsoleSession;

/**
 * Reaches across ISPs and roles, into the services as the server runs them, and into the console
 * past a session's end.
 */
@ArquillianTest
class AccessIT extends ServiceTest {
  private static final List<Class<?>> SERVICES =
      List.of(
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
          SecondFactors.class,
          ApiKeys.class,
          ShutOuts.class,
          FailedHandshakes.class,
          CallFigures.class,
          AuditTrail.class);

  private static final Actor OF_ANOTHER_ISP =
      new Actor("jiro", Role.ISP_OPERATOR, "another.example", "192.0.2.7");
  private static final Actor AUDITOR = new Actor("hana", Role.AUDITOR, null, "192.0.2.8");

  private static final String OWN_ISP = "isp.xhtml?domain=" + DOMAIN;
  private static final String BUTTON = "open:submit";

  @Inject Instance<Object> beans;
  @Inject AuditTrail audit;
  @Inject DataSource database;
  @Inject Operators operators;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(
        "m2mx.console.session-timeout=PT5S", AccessIT.class, ConsoleSession.class);
  }

  @Test
  void everyDoorIsShutToWhomItIsNotFor() throws Exception {
    var tried = 0;
    for (var service : SERVICES) {
      for (var door : service.getDeclaredMethods()) {
        if (door.isAnnotationPresent(Requires.class)) {
          var demand = door.getAnnotation(Requires.class).value();
          if (demand != Access.OWN) {
            acting.as(OF_ANOTHER_ISP, () -> refused(service, door));
            tried++;
          }
          if (demand == Access.CHANGE || demand == Access.ADMINISTER) {
            acting.as(AUDITOR, () -> refused(service, door));
            tried++;
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(20);
  }

  @Test
  void whatIsWithinReachIsServedAndWrittenDown() {
    var alice = subscriber("alice");
    var own = new Actor("hanako", Role.ISP_OPERATOR, DOMAIN, "192.0.2.9");
    acting.as(own, () -> subscribers.suspend(alice));
    var mine = new AuditFilter("hanako", null, alice.toString(), null, null);
    assertThat(audit.list(DOMAIN, mine, Long.MAX_VALUE, 10))
        .singleElement()
        .satisfies(entry -> assertThat(entry.source()).isEqualTo("192.0.2.9"));
    acting.as(own, () -> assertThat(isps.list()).hasSize(1));
    acting.as(OF_ANOTHER_ISP, () -> assertThat(isps.list()).isEmpty());
  }

  @Test
  void notEvenTheServersOwnConnectionRemovesALineOfTheAuditTrail() throws Exception {
    subscriber("alice");
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      for (var change : List.of("delete from audit", "update audit set actor = 'nobody'")) {
        assertThatThrownBy(() -> statement.executeUpdate(change))
            .hasStackTraceContaining("The audit trail only grows");
      }
    }
  }

  @Test
  void aSessionInWhichNothingHappensEndsWithAllThatItHolds() throws Exception {
    // Whoever needs five seconds from one request to the next begins anew.
    var visit =
        await()
            .pollInSameThread()
            .atMost(PATIENCE)
            .until(this::visit, seen -> seen.page().contains(BUTTON));
    var user = fresh("late").user();
    var form =
        ConsoleSession.asOn(visit.page(), Map.of("open", "open", "open:user", user, BUTTON, ""));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> log().contains("Session of operator " + visit.operator() + " ended: idle"));

    var answer = visit.session().post(OWN_ISP, form);
    assertThat(answer.statusCode()).isEqualTo(302);
    var signIn = visit.session().follow(answer.headers().firstValue("Location").orElseThrow());
    assertThat(signIn.body())
        .contains("j_security_check", "Your session has ended", "was not carried out");
    var again =
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  visit.session().signIn(visit.operator(), PASSWORD.reveal());
                  return visit.session().post(OWN_ISP, form);
                },
                seen -> seen.statusCode() != 302);
    assertThat(again.statusCode()).isEqualTo(403);
    assertThat(again.body()).contains("This page has expired");
    assertThat(subscribers.find(new Aor(user, DOMAIN))).isEmpty();
  }

  private record Visit(String operator, ConsoleSession session, String page) {}

  /** An operator of its own looks at its ISP. */
  private Visit visit() throws Exception {
    var name = fresh("operator").user();
    var oneTime = operators.open(name, Role.ISP_OPERATOR, DOMAIN);
    acting.as(
        new Actor(name, Role.ISP_OPERATOR, DOMAIN, "192.0.2.10"),
        () -> operators.changePassword(oneTime.reveal(), PASSWORD));
    var port = 8443 + Integer.getInteger("jboss.socket.binding.port-offset", 0);
    var session = new ConsoleSession(URI.create("https://localhost:" + port + "/console/"));
    session.signIn(name, PASSWORD.reveal());
    return new Visit(name, session, session.get(OWN_ISP).body());
  }

  private static String log() throws IOException {
    return Files.readString(Path.of(System.getProperty("jboss.server.log.dir"), "server.log"));
  }

  private void refused(Class<?> service, Method door) {
    assertThatExceptionOfType(AccessDeniedException.class)
        .as(service.getSimpleName() + '.' + door.getName())
        .isThrownBy(() -> enter(service, door));
  }

  private void enter(Class<?> service, Method door) throws Throwable {
    var arguments =
        Arrays.stream(door.getParameters())
            .map(
                parameter -> {
                  if (parameter.getType() == Aor.class) {
                    return new Aor("somebody", DOMAIN);
                  }
                  if (parameter.getType() == int.class) {
                    return 1;
                  }
                  if (parameter.getType() == long.class) {
                    return 1L;
                  }
                  if (parameter.getType() == boolean.class) {
                    return false;
                  }
                  return parameter.isAnnotationPresent(Within.class) ? DOMAIN : null;
                })
            .toArray();
    try {
      door.invoke(beans.select(service).get(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
