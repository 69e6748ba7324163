package org.m2mx.registry.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class OperatorsTest {
  private static final Pattern ONE_TIME_PASSWORD = Pattern.compile("one-time password (\\S+) ");
  private static final Logger LOG = Logger.getLogger(Operators.class.getName());

  @Parameter RegistryDatabase.Kind kind;

  private final LogLines log = new LogLines();
  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind);
    LOG.addHandler(log);
    LOG.setUseParentHandlers(false);
  }

  @AfterEach
  void close() {
    LOG.removeHandler(log);
    LOG.setUseParentHandlers(true);
  }

  @Test
  void whoIsVouchedForAndNoOperatorIsWrittenDown() {
    registry.database.run(
        () -> registry.signIn.refused("some\u0007body", "x".repeat(300), "192.0.2.7"));
    var line =
        registry
            .database
            .call(
                () ->
                    registry.audit.list(
                        null,
                        new AuditFilter(null, Action.OPERATOR_REFUSED, null, null, null),
                        Long.MAX_VALUE,
                        10))
            .get(0);
    assertThat(line.actor()).isEqualTo("sign-in");
    assertThat(line.source()).isEqualTo("192.0.2.7");
    assertThat(line.subject()).isEqualTo("some\uFFFDbody");
    assertThat(line.after().toString()).isEqualTo("openid-subject=" + "x".repeat(256));
  }

  @Test
  void theFirstStartMakesAnAdministratorAndShowsItsOneTimePasswordOnce() {
    start();
    var oneTime = oneTimePassword();
    start();
    assertThat(log.lines).hasSize(1);
    var operator = admin();
    assertThat(operator.role()).isEqualTo(Role.ADMINISTRATOR);
    assertThat(operator.mustChangePassword()).isTrue();
    assertThat(operator.provesItselfWith(oneTime)).isTrue();
    assertThat(operator.provesItselfWith(oneTime + "x")).isFalse();
  }

  @Test
  void theOneTimePasswordGivesWayToAChosenOne() {
    start();
    change(oneTimePassword(), "chosen by the administrator");
    assertThat(admin().mustChangePassword()).isFalse();
    assertThat(admin().provesItselfWith("chosen by the administrator")).isTrue();
    assertThat(admin().provesItselfWith(oneTimePassword())).isFalse();
    assertThat(log.lines).last().asString().doesNotContain("chosen by");
  }

  @Test
  void aChangeNeedsThePresentPasswordAndAnotherOne() {
    start();
    assertThatExceptionOfType(WrongPasswordException.class)
        .isThrownBy(() -> change("a wrong guess", "chosen by the administrator"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change(oneTimePassword(), oneTimePassword()))
        .withMessage("The new password is the present one");
    assertThat(admin().mustChangePassword()).isTrue();
  }

  @Test
  void anOperatorIsLetInWithAOneTimePasswordAndARole() {
    registry.withSubscribers();
    var oneTime = letIn("jiro", Role.ISP_OPERATOR, "m2m-x.example");
    var jiro = operator("jiro").orElseThrow();
    assertThat(jiro.provesItselfWith(oneTime.reveal())).isTrue();
    assertThat(jiro.mustChangePassword()).isTrue();
    assertThat(jiro.role()).isEqualTo(Role.ISP_OPERATOR);
    assertThat(jiro.domain()).isEqualTo("m2m-x.example");
    assertThatExceptionOfType(TakenException.class)
        .isThrownBy(() -> letIn("jiro", Role.AUDITOR, null));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> letIn("hana", Role.AUDITOR, "nowhere.example"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> letIn("hana", Role.ADMINISTRATOR, "m2m-x.example"));
    assertThatIllegalArgumentException().isThrownBy(() -> letIn("hana", Role.ISP_OPERATOR, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "-a", "a\nb", "<b>", "山田"})
  void anOperatorsNameHoldsNothingUnusual(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> letIn(name, Role.AUDITOR, null));
  }

  @Test
  void aSuspendedOperatorIsKeptOutAndADeletedOneGone() {
    letIn("hana", Role.AUDITOR, null);
    registry.database.run(() -> registry.operators.suspend("hana"));
    assertThat(operator("hana")).isEmpty();
    registry.database.run(() -> registry.operators.resume("hana"));
    assertThat(operator("hana")).isPresent();
    registry.database.run(() -> registry.operators.delete("hana"));
    assertThat(operator("hana")).isEmpty();
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.operators.delete("hana")));
  }

  @Test
  void everyOtherPasswordIsAnotherMark() {
    start();
    var first = admin().mark();
    change(oneTimePassword(), "chosen by the administrator");
    var second = admin().mark();
    registry.database.run(() -> registry.operators.resetPassword("admin"));
    assertThat(List.of(first, second, admin().mark())).doesNotHaveDuplicates();
    assertThat(admin().mustChangePassword()).isTrue();
  }

  @Test
  void theLastAdministratorStays() {
    start();
    letIn("hana", Role.AUDITOR, null);
    assertThatExceptionOfType(LastAdministratorException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.operators.suspend("admin")));
    assertThatExceptionOfType(LastAdministratorException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.operators.delete("admin")));
    letIn("second", Role.ADMINISTRATOR, null);
    registry.database.run(() -> registry.operators.suspend("admin"));
    assertThatExceptionOfType(LastAdministratorException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.operators.delete("second")));
  }

  @Test
  void theSignInComparesAnUnknownNameWithADecoyThatIsAsMuchWork() throws Exception {
    try (var connection = registry.database.dataSource().getConnection();
        var statement = connection.createStatement();
        var decoy = statement.executeQuery("select * from operator_decoy")) {
      assertThat(decoy.next()).isTrue();
      assertThat(decoy.getInt("iterations")).isEqualTo(SaltedPassword.ITERATIONS);
      assertThat(Base64.getDecoder().decode(decoy.getString("salted_password"))).hasSize(64);
      assertThat(Base64.getDecoder().decode(decoy.getString("salt"))).hasSize(16);
      assertThat(decoy.next()).isFalse();
    }
  }

  private void start() {
    registry.database.run(() -> registry.operators.makeFirstAdministrator(new SchemaReady("1")));
  }

  private void change(String present, String chosen) {
    registry.database.run(
        () ->
            registry.acting.as(
                actor("admin"),
                () -> registry.operators.changePassword(present, Password.of(chosen))));
  }

  private Operator admin() {
    return operator("admin").orElseThrow();
  }

  private Actor actor(String name) {
    return new Actor(name, Role.ADMINISTRATOR, null, "192.0.2.7");
  }

  private Optional<Operator> operator(String name) {
    return registry.database.call(() -> registry.signIn.operator(name));
  }

  private Password letIn(String name, Role role, String domain) {
    return registry.database.call(() -> registry.operators.open(name, role, domain));
  }

  private String oneTimePassword() {
    var line = ONE_TIME_PASSWORD.matcher(log.lines.get(0));
    assertThat(line.find()).isTrue();
    return line.group(1);
  }

  private static final class LogLines extends Handler {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(java.text.MessageFormat.format(line.getMessage(), line.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
