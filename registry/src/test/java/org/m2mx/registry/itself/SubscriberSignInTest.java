package org.m2mx.registry.itself;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.VIDEO;
import static org.m2mx.registry.testing.Registry.password;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.guard.Guard;
import org.m2mx.registry.guard.GuardLimits;
import org.m2mx.registry.guard.ShutOut;
import org.m2mx.registry.itself.SubscriberSignIn.Pass;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

class SubscriberSignInTest {
  private static final String HOME = "2001:db8:0:1::7";
  private static final String ABROAD = "198.51.100.1";
  private static final int AT_SOURCE = 4;

  private Registry registry;
  private Guard guard;
  private SubscriberSignIn signIn;

  @BeforeEach
  void open() {
    registry = new Registry(RegistryDatabase.Kind.H2).withSubscribers();
    guard =
        new Guard(
            new GuardLimits(
                AT_SOURCE,
                100,
                100,
                Duration.ofMinutes(30),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(4),
                Duration.ofDays(7),
                1000,
                Optional.empty()),
            Clock.fixed(Registry.NOW, ZoneOffset.UTC),
            new ServiceMeters(new SimpleMeterRegistry()));
    signIn = new SubscriberSignIn(registry.credentials, guard);
  }

  @Test
  void thePasswordOfTheDeviceLetsItsOwnerIn() {
    var pass = signIn(ALICE, "alice").orElseThrow();
    assertThat(pass.aor()).isEqualTo(ALICE);
    assertThat(signIn.holds(pass)).isTrue();
    assertThat(pass.toString())
        .doesNotContain(registry.credentials.ha1(ALICE, DigestAlgorithm.SHA_256).hex());
  }

  @Test
  void nobodyElsePassesAndNobodyLearnsWhy() {
    registry.database.run(() -> registry.subscribers.suspend(VIDEO));
    assertThat(signIn(ALICE, "video")).isEmpty();
    assertThat(signIn(NOBODY, "alice")).isEmpty();
    assertThat(signIn(VIDEO, "video")).isEmpty();
    assertThat(signIn(new Aor("Alice", ALICE.domain()), "alice")).isEmpty();
    for (var unfit : new String[] {"", "short", "x".repeat(5000), "with\ncontrol characters"}) {
      assertThat(signIn.signIn(ALICE, unfit, HOME)).isEmpty();
    }
  }

  @Test
  void aPassHoldsAsLongAsThePasswordAndTheAccount() {
    var passes = new Pass[3];
    for (int i = 0; i < passes.length; i++) {
      passes[i] = signIn(ALICE, "alice").orElseThrow();
    }
    assertThat(signIn.holds(new Pass(VIDEO, passes[0].mark()))).isFalse();
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    assertThat(signIn.holds(passes[0])).isFalse();
    registry.database.run(() -> registry.subscribers.resume(ALICE));
    assertThat(signIn.holds(passes[1])).isTrue();
    registry.database.run(() -> registry.subscribers.resetCredential(ALICE, password("other")));
    assertThat(signIn.holds(passes[2])).isFalse();
    registry.database.run(() -> registry.subscribers.delete(ALICE));
    assertThat(signIn.holds(passes[2])).isFalse();
    assertThat(signIn.holds(new Pass(NOBODY, passes[2].mark()))).isFalse();
  }

  @Test
  void whoGuessesHereIsShutOutAsADeviceIs() {
    for (int i = 0; i < AT_SOURCE; i++) {
      assertThat(signIn.signIn(ALICE, "a guess of twelve letters", ABROAD)).isEmpty();
    }
    assertThat(guard.shutOuts()).extracting(ShutOut::account).containsExactly(ALICE);
    // The right password is answered as a wrong one there, and lets its owner in at home.
    assertThat(signIn.signIn(ALICE, password("alice").reveal(), ABROAD)).isEmpty();
    assertThat(signIn(ALICE, "alice")).isPresent();
  }

  private Optional<Pass> signIn(Aor aor, String whose) {
    return signIn.signIn(aor, password(whose).reveal(), HOME);
  }
}
