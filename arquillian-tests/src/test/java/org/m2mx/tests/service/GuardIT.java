package org.m2mx.tests.service;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.guard.Guard;
import org.m2mx.registry.guard.ShutOut;
import org.m2mx.registry.guard.ShutOut.Cause;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** Guessers, each at an address of its own, and the owners whose passwords they guess at. */
@ArquillianTest
class GuardIT extends ServiceTest {
  private static final int AT_SOURCE = 4;
  private static final Password GUESS = Password.of("a guess at the password");

  private static final AtomicInteger LAST_BYTE = new AtomicInteger(1);

  @Inject Guard guard;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(
        """
        m2mx.guard.wrong-per-account-at-source=4
        m2mx.guard.wrong-per-source=8
        m2mx.guard.wrong-per-account=14
        m2mx.guard.shut-out=PT20S
        m2mx.guard.delay=PT0.2S
        m2mx.guard.longest-delay=PT0.4S
        m2mx.guard.allow=127.0.1.0/24
        """,
        GuardIT.class);
  }

  @Test
  void whoGuessesIsShutOutForAWhileAndThenServedAgain() throws Exception {
    Aor alice = subscriber("alice");
    InetAddress source = freshSource();

    guess(alice, source, AT_SOURCE - 1);
    SipMessage last = device(alice, GUESS, connect(source)).register();
    SipMessage right = device(alice, PASSWORD, connect(source)).register();

    assertThat(last.status()).isEqualTo(503);
    assertThat(Integer.parseInt(last.header("Retry-After").orElseThrow())).isBetween(1, 20);
    assertThat(last.header("Reason").orElseThrow()).contains("try again");
    assertThat(right.status()).as("the right password, too early").isEqualTo(503);
    await("served again")
        .atMost(PATIENCE)
        .pollInterval(ofMillis(500))
        .until(() -> device(alice, PASSWORD, connect(source)).register().status() == 200);
  }

  @Test
  void whoAsksForAChallengeAgainAndAgainIsNoGuesser() throws Exception {
    Aor alice = subscriber("alice");
    InetAddress source = freshSource();
    WireDevice device = device(alice, PASSWORD, connect(source));

    for (int i = 0; i < 20; i++) {
      assertThat(device.challenge().status()).isEqualTo(401);
    }
    assertThat(device.register().status()).isEqualTo(200);
  }

  @Test
  void nobodyIsShutOutAsSomebodyIs() throws Exception {
    Aor alice = subscriber("alice");
    Aor nobody = fresh("alice");

    List<Integer> somebody = answers(alice, freshSource());

    assertThat(answers(nobody, freshSource())).isEqualTo(somebody).endsWith(503);
  }

  @Test
  void requestsThroughTheRelayCountToo() throws Exception {
    Aor alice = subscriber("alice");
    InetAddress source = freshSource();

    for (int i = 1; i < AT_SOURCE; i++) {
      assertThat(
              device(alice, GUESS, connect(source)).request("OPTIONS", alice.toString()).status())
          .isEqualTo(407);
    }
    assertThat(device(alice, GUESS, connect(source)).request("INVITE", alice.toString()).status())
        .isEqualTo(503);
    assertThat(device(alice, PASSWORD, connect(source)).register().status()).isEqualTo(503);
  }

  @Test
  void aSourceIsShutOutForAllAccountsAndTold() throws Exception {
    InetAddress source = freshSource();
    for (int i = 0; i < 8; i++) {
      device(fresh("user"), GUESS, connect(source)).register();
    }

    assertThat(device(subscriber("alice"), PASSWORD, connect(source)).register().status())
        .isEqualTo(503);
    assertThat(guard.shutOuts())
        .filteredOn(shutOut -> shutOut.cause() == Cause.SOURCE)
        .extracting(ShutOut::source)
        .anySatisfy(block -> assertThat(block.network()).isEqualTo(source));
  }

  @Test
  void strangersEverywhereDoNotShutTheOwnerOutAtHome() throws Exception {
    Aor alice = subscriber("alice");
    InetAddress home = freshSource();
    assertThat(device(alice, PASSWORD, connect(home)).register().status()).isEqualTo(200);

    for (int i = 0; i < 5; i++) {
      guess(alice, freshSource(), AT_SOURCE - 1);
    }

    assertThat(guard.shutOuts())
        .anySatisfy(
            shutOut -> {
              assertThat(shutOut.cause()).isEqualTo(Cause.ACCOUNT);
              assertThat(shutOut.account()).isEqualTo(alice);
            });
    assertThat(device(alice, PASSWORD, connect(freshSource())).register().status()).isEqualTo(503);
    assertThat(device(alice, PASSWORD, connect(home)).register().status()).isEqualTo(200);
  }

  @Test
  void theOwnersConnectionIsNotDisturbedByAGuesserBesideIt() throws Exception {
    Aor alice = subscriber("alice");
    InetAddress home = freshSource();
    WireDevice owner = device(alice, PASSWORD, connect(home));
    owner.register();

    guess(alice, home, AT_SOURCE);

    assertThat(device(alice, PASSWORD, connect(home)).register().status()).isEqualTo(503);
    assertThat(owner.register().status()).isEqualTo(200);
  }

  @Test
  void whereGuessesAreAllowedNothingIsCounted() throws Exception {
    Aor alice = subscriber("alice");
    InetAddress laboratory = InetAddress.getByName("127.0.1.1");

    guess(alice, laboratory, 20);

    assertThat(device(alice, PASSWORD, connect(laboratory)).register().status()).isEqualTo(200);
  }

  private void guess(Aor account, InetAddress source, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      device(account, GUESS, connect(source)).register();
    }
  }

  private List<Integer> answers(Aor account, InetAddress source) throws Exception {
    List<Integer> answers = new java.util.ArrayList<>();
    for (int i = 0; i < AT_SOURCE; i++) {
      answers.add(device(account, GUESS, connect(source)).register().status());
    }
    return answers;
  }

  /** Each test, and each guesser in it, has an address that no other has. */
  private static InetAddress freshSource() throws Exception {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) LAST_BYTE.incrementAndGet()});
  }

  private SipConnection connect(InetAddress source) throws Exception {
    return opened(
        SipConnection.open(
            source,
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), server().getPort()),
            trustAnchor(),
            "TLSv1.3"));
  }
}
