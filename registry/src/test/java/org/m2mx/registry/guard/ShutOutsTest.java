package org.m2mx.registry.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditEntry;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.guard.ShutOut.Cause;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

class ShutOutsTest {
  private static final String HERE = "198.51.100.7";
  private static final String DOMAIN = "m2m-x.example";
  private static final Aor BOB = new Aor("bob", "other.example");

  private final GuardLimits limits =
      new GuardLimits(
          3,
          12,
          40,
          Duration.ofMinutes(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(8),
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofDays(7),
          1000,
          Optional.of(List.of("192.0.2.0/24")));
  private final Guard guard =
      new Guard(
          limits,
          Clock.fixed(Registry.NOW, ZoneOffset.UTC),
          new ServiceMeters(new SimpleMeterRegistry()));

  private Registry registry;
  private ShutOuts shutOuts;

  @BeforeEach
  void open() {
    registry = new Registry(RegistryDatabase.Kind.H2).withSubscribers();
    shutOuts = new ShutOuts(guard, limits, registry.domains, registry.audit);
  }

  @Test
  void whoIsLetInAgainIsBelievedAndTheTrailTells() {
    wrong(ALICE, HERE, 3);
    assertThat(guard.right(ALICE, HERE)).isPresent();
    var shutOut = shutOuts.list(DOMAIN).get(0);
    assertThat(shutOut.cause()).isEqualTo(Cause.ACCOUNT_AT_SOURCE);

    lift(DOMAIN, shutOut);
    assertThat(guard.right(ALICE, HERE)).isEmpty();
    assertThat(shutOuts.list(DOMAIN)).isEmpty();
    assertThat(trail())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.subject()).isEqualTo(ALICE.toString());
              assertThat(entry.domain()).isEqualTo(DOMAIN);
              assertThat(entry.before().values())
                  .containsEntry("cause", "ACCOUNT_AT_SOURCE")
                  .containsEntry("source", "198.51.100.7/32");
            });
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> lift(DOMAIN, shutOut));
    assertThat(trail()).hasSize(1);
  }

  @Test
  void anIspSeesAndLiftsWhatIsAboutItsAccountsOnly() {
    wrong(ALICE, HERE, 3);
    wrong(BOB, HERE, 3);
    for (int i = 0; i < 6; i++) {
      wrong(new Aor("user-" + i, DOMAIN), HERE, 1);
    }
    assertThat(shutOuts.list(null)).extracting(ShutOut::cause).contains(Cause.SOURCE).hasSize(3);
    assertThat(shutOuts.list(DOMAIN)).extracting(ShutOut::account).containsExactly(ALICE);
    for (var foreign : shutOuts.list(null)) {
      if (!ALICE.equals(foreign.account())) {
        assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> lift(DOMAIN, foreign));
      }
    }
    shutOuts.list(null).forEach(shutOut -> lift(null, shutOut));
    assertThat(shutOuts.list(null)).isEmpty();
  }

  @Test
  void whatIsNeverShutOutIsShown() {
    assertThat(shutOuts.allowed()).hasToString("[192.0.2.0/24]");
  }

  private void wrong(Aor account, String source, int times) {
    for (int i = 0; i < times; i++) {
      guard.wrong(account, source);
    }
  }

  private void lift(String domain, ShutOut shutOut) {
    registry.database.run(() -> shutOuts.lift(domain, shutOut));
  }

  private List<AuditEntry> trail() {
    var lifted = new AuditFilter(null, Action.SHUT_OUT_LIFTED, null, null, null);
    return registry.database.call(() -> registry.audit.list(null, lifted, Long.MAX_VALUE, 10));
  }
}
