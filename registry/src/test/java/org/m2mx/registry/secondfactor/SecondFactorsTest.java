package org.m2mx.registry.secondfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.operator.WrongPasswordException;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class SecondFactorsTest {
  private static final Actor HANA = new Actor("hana", Role.AUDITOR, null, "192.0.2.8");

  @Parameter RegistryDatabase.Kind kind;

  private final TotpSecret secret = TotpSecret.generate(new SecureRandom());
  private Registry registry;
  private Instant now = Registry.NOW;
  private String password;

  @BeforeEach
  void open() {
    registry = new Registry(kind);
    password =
        registry.database.call(() -> registry.operators.open("hana", Role.AUDITOR, null)).reveal();
  }

  @Test
  void anAppIsTakenWithPasswordAndCode() {
    assertThatExceptionOfType(WrongPasswordException.class)
        .isThrownBy(() -> enrol("a guess of mine", code(0)));
    assertThatExceptionOfType(WrongCodeException.class).isThrownBy(() -> enrol(password, code(9)));
    assertThat(enrolled()).isFalse();
    assertThat(enrol(password, code(0)))
        .hasSize(SecondFactors.RECOVERY_CODES)
        .allSatisfy(code -> assertThat(code.reveal()).matches("([A-Z2-7]{4}-){3}[A-Z2-7]{4}"))
        .allSatisfy(code -> assertThat(code).hasToString("****"));
    assertThat(enrolled()).isTrue();
    assertThatExceptionOfType(TakenException.class).isThrownBy(() -> enrol(password, code(1)));
    assertThat(registry.database.call(registry.secondFactors::names)).containsExactly("hana");
  }

  @Test
  void aCodeCountsOnce() {
    enrol(password, code(0));
    // With it the app was taken.
    assertThat(verify(code(0))).isEqualTo(Verdict.WRONG);
    assertThat(verify(code(1))).isEqualTo(Verdict.ACCEPTED);
    assertThat(verify(code(1))).isEqualTo(Verdict.WRONG);
    now = now.plus(Totp.STEP);
    assertThat(verify(" " + code(1) + " ")).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void fiveWrongOnesInARowLockItForAWhile() {
    enrol(password, code(0));
    lock();
    now = now.plus(SecondFactor.LOCK);
    assertThat(verify(code(1))).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void aRecoveryCodeIsTheWayInForWhomSomebodyKeepsOut() {
    var recovery = enrol(password, code(0));
    lock();
    assertThat(verify(recovery.get(0).reveal())).isEqualTo(Verdict.ACCEPTED);
    assertThat(verify(code(1))).isEqualTo(Verdict.ACCEPTED);
  }

  private void lock() {
    for (int i = 1; i < SecondFactor.MAX_FAILURES; i++) {
      assertThat(verify(code(9))).isEqualTo(Verdict.WRONG);
    }
    assertThat(verify(code(9))).isEqualTo(Verdict.LOCKED);
    assertThat(verify(code(1))).isEqualTo(Verdict.LOCKED);
  }

  @Test
  void aRightOneBeginsTheCountAnew() {
    enrol(password, code(0));
    for (int round = 0; round < 3; round++) {
      for (int i = 1; i < SecondFactor.MAX_FAILURES; i++) {
        assertThat(verify(code(9))).isEqualTo(Verdict.WRONG);
      }
      assertThat(verify(code(1))).isEqualTo(Verdict.ACCEPTED);
      now = now.plus(Totp.STEP);
    }
  }

  @Test
  void aRecoveryCodeWorksOnceHoweverItIsTyped() {
    var codes = enrol(password, code(0));
    var typed = codes.get(3).reveal().toLowerCase().replace('-', ' ');
    assertThat(verify(typed)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verify(typed)).isEqualTo(Verdict.WRONG);
    assertThat(verify(codes.get(4).reveal())).isEqualTo(Verdict.ACCEPTED);
    assertThat(left()).isEqualTo(SecondFactors.RECOVERY_CODES - 2);
    assertThat(actions()).startsWith(Action.RECOVERY_CODE_SPENT, Action.RECOVERY_CODE_SPENT);
  }

  @Test
  void itsOperatorOrAnAdministratorPartsWithIt() {
    enrol(password, code(0));
    assertThatExceptionOfType(WrongPasswordException.class).isThrownBy(() -> part("a wrong one"));
    part(password);
    assertThat(enrolled()).isFalse();
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> verify(code(1)));
    enrol(password, code(1));
    registry.database.run(() -> registry.secondFactors.reset("hana"));
    assertThat(enrolled()).isFalse();
    assertThat(actions())
        .startsWith(
            Action.SECOND_FACTOR_RESET,
            Action.SECOND_FACTOR_ENROLLED,
            Action.SECOND_FACTOR_REMOVED,
            Action.SECOND_FACTOR_ENROLLED);
  }

  @Test
  void itGoesWithItsOperator() {
    enrol(password, code(0));
    registry.database.run(() -> registry.operators.delete("hana"));
    assertThat(registry.database.call(registry.secondFactors::names)).isEmpty();
  }

  @Test
  void theSecretIsShownToAppsAndNobodyElse() {
    assertThat(secret.reveal()).matches("[A-Z2-7]{32}");
    assertThat(secret.uri("a@b c"))
        .isEqualTo("otpauth://totp/m2mx:a%40b%20c?secret=" + secret.reveal() + "&issuer=m2mx");
    assertThat(secret).hasToString("****");
  }

  /** The code of so many steps from now. */
  private String code(int steps) {
    return Totp.OF_APPS.code(secret.octets(), Totp.step(now) + steps);
  }

  private SecondFactors factors() {
    return registry.secondFactorsAt(Clock.fixed(now, ZoneOffset.UTC));
  }

  private List<RecoveryCode> enrol(String present, String code) {
    return asHana(() -> factors().enrol(present, secret, code));
  }

  private Verdict verify(String code) {
    return asHana(() -> factors().verify(code));
  }

  private void part(String present) {
    asHana(
        () -> {
          factors().remove(present);
          return null;
        });
  }

  private boolean enrolled() {
    return asHana(() -> factors().own().isPresent());
  }

  private int left() {
    return asHana(() -> factors().own().orElseThrow().recoveryCodesLeft());
  }

  private List<Action> actions() {
    var about = new AuditFilter(null, null, "hana", null, null);
    return registry
        .database
        .call(() -> registry.audit.list(null, about, Long.MAX_VALUE, 10))
        .stream()
        .map(entry -> entry.action())
        .toList();
  }

  private <T> T asHana(java.util.function.Supplier<T> task) {
    var turn = registry.acting.begin(HANA);
    try {
      return registry.database.call(task::get);
    } finally {
      turn.end();
    }
  }
}
