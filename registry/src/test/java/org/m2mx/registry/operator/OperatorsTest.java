package org.m2mx.registry.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
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

  private void start() {
    registry.database.run(() -> registry.operators.makeFirstAdministrator(new SchemaReady("1")));
  }

  private void change(String present, String chosen) {
    registry.database.run(
        () -> registry.operators.changePassword("admin", present, Password.of(chosen)));
  }

  private Operator admin() {
    return registry.database.call(() -> registry.operators.find("admin")).orElseThrow();
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
