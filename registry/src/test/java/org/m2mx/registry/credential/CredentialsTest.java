package org.m2mx.registry.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.VIDEO;
import static org.m2mx.registry.testing.Registry.newKey;
import static org.m2mx.registry.testing.Registry.password;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.subscriber.SubscriberChanged;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class CredentialsTest {
  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void aSubscriberHasAnHa1PerModernAlgorithm() {
    for (var algorithm :
        new DigestAlgorithm[] {DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_512_256}) {
      var ha1 = ha1(ALICE, algorithm);
      assertThat(ha1.genuine()).isTrue();
      assertThat(ha1.octets())
          .isEqualTo(algorithm.ha1("alice", "m2m-x.example", password("alice")));
    }
  }

  @Test
  void onlyALegacyAccountHasMd5() {
    var legacy = new Aor("old", "m2m-x.example");
    registry.database.run(() -> registry.subscribers.open(legacy, password("old"), true));
    assertThat(ha1(legacy, DigestAlgorithm.MD5).octets())
        .isEqualTo(DigestAlgorithm.MD5.ha1("old", "m2m-x.example", password("old")));
    assertThat(ha1(ALICE, DigestAlgorithm.MD5).genuine()).isFalse();
  }

  @Test
  void nobodyAndTheSuspendedGetADecoyThatIsTheSameEachTime() {
    var genuine = ha1(ALICE, DigestAlgorithm.SHA_256);
    registry.database.run(() -> registry.subscribers.suspend(ALICE));
    for (var aor : new Aor[] {ALICE, NOBODY, new Aor("alice", "elsewhere.example")}) {
      for (var algorithm : DigestAlgorithm.values()) {
        var decoy = ha1(aor, algorithm);
        assertThat(decoy.genuine()).isFalse();
        assertThat(decoy.octets())
            .hasSize(algorithm.octets())
            .isEqualTo(ha1(aor, algorithm).octets())
            .isNotEqualTo(genuine.octets());
      }
    }
    assertThat(ha1(NOBODY, DigestAlgorithm.SHA_256).hex())
        .isNotEqualTo(ha1(ALICE, DigestAlgorithm.SHA_256).hex());
  }

  @Test
  void theSuspensionOfAnIspSuspendsItsSubscribers() {
    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).genuine()).isFalse();
    registry.database.run(() -> registry.isps.resume("m2m-x.example"));
    assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).genuine()).isTrue();
  }

  @Test
  void aResetReplacesTheOldPassword() {
    registry.database.run(() -> registry.subscribers.resetCredential(ALICE, password("new alice")));
    assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).octets())
        .isEqualTo(DigestAlgorithm.SHA_256.ha1("alice", "m2m-x.example", password("new alice")));
  }

  @Test
  void anIspThatIsDeletedAndOpenedAgainHasNoSubscribersOfTheOldOne() {
    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    registry.database.run(() -> registry.isps.delete("m2m-x.example"));
    registry.database.run(() -> registry.isps.open("Another", "m2m-x.example"));
    assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).genuine()).isFalse();
    registry.database.run(() -> registry.subscribers.open(ALICE, password("another"), false));
    assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).octets())
        .isEqualTo(DigestAlgorithm.SHA_256.ha1("alice", "m2m-x.example", password("another")));
  }

  @Test
  void aChangeThatIsRolledBackIsNone() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                registry.database.run(
                    () -> {
                      registry.subscribers.resetCredential(ALICE, password("new alice"));
                      registry.subscribers.suspend(ALICE);
                      throw new IllegalStateException("the operator thinks better of it");
                    }));
    var ha1 = ha1(ALICE, DigestAlgorithm.SHA_256);
    assertThat(ha1.genuine()).isTrue();
    assertThat(ha1.octets())
        .isEqualTo(DigestAlgorithm.SHA_256.ha1("alice", "m2m-x.example", password("alice")));
  }

  @Test
  void aClosedAccountIsNobody() {
    var decoy = ha1(NOBODY, DigestAlgorithm.SHA_256);
    registry.credentials.subscriber(new SubscriberChanged(NOBODY));
    assertThat(ha1(NOBODY, DigestAlgorithm.SHA_256).octets()).isEqualTo(decoy.octets());
    registry.database.run(
        () ->
            registry
                .database
                .entities()
                .createNativeQuery("delete from subscriber where aor = ?1")
                .setParameter(1, ALICE.toString())
                .executeUpdate());
    registry.credentials.subscriber(new SubscriberChanged(ALICE));
    assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).genuine()).isFalse();
  }

  @Test
  void whoeverLooksWhileAPasswordIsChangedSeesTheNewOneInTheEnd() throws Exception {
    var done = new AtomicBoolean();
    var readers =
        Stream.generate(
                () ->
                    new Thread(
                        () -> {
                          while (!done.get()) {
                            ha1(ALICE, DigestAlgorithm.SHA_256);
                          }
                        }))
            .limit(3)
            .toList();
    readers.forEach(Thread::start);
    try {
      for (int i = 0; i < 40; i++) {
        var password = password("alice, take " + i);
        registry.database.run(() -> registry.subscribers.resetCredential(ALICE, password));
        assertThat(ha1(ALICE, DigestAlgorithm.SHA_256).octets())
            .isEqualTo(DigestAlgorithm.SHA_256.ha1("alice", "m2m-x.example", password));
      }
    } finally {
      done.set(true);
      for (var reader : readers) {
        reader.join();
      }
    }
  }

  @Test
  void whatIsStoredIsNeitherPasswordNorHa1() {
    var sealed =
        registry.database.call(
            () ->
                (byte[])
                    registry
                        .database
                        .entities()
                        .createNativeQuery(
                            "select sealed from credential where aor = ?1 and algorithm ="
                                + " 'SHA-256'")
                        .setParameter(1, ALICE.toString())
                        .getSingleResult());
    assertThat(sealed).hasSize(12 + 32 + 16);
    assertThat(HexFormat.of().formatHex(sealed))
        .doesNotContain(ha1(ALICE, DigestAlgorithm.SHA_256).hex());
  }

  @Test
  void aRowMovedToAnotherSubscriberDoesNotOpen() {
    registry.database.run(
        () ->
            registry
                .database
                .entities()
                .createNativeQuery(
                    """
                    update credential set sealed =
                      (select c.sealed from credential c where c.aor = ?1 and c.algorithm = 'SHA-256')
                    where aor = ?2 and algorithm = 'SHA-256'
                    """)
                .setParameter(1, ALICE.toString())
                .setParameter(2, VIDEO.toString())
                .executeUpdate());
    registry.credentials.subscriber(new SubscriberChanged(VIDEO));
    assertThatExceptionOfType(RegistryKeyException.class)
        .isThrownBy(() -> ha1(VIDEO, DigestAlgorithm.SHA_256))
        .withMessageContaining("SHA-256 credential of sip:video@m2m-x.example does not open");
  }

  @Test
  void anotherKeyIsNoticedAtStart() {
    var ready = new SchemaReady("1");
    registry.database.run(() -> registry.credentials.checkKey(ready));
    registry.database.run(() -> registry.credentials.checkKey(ready));
    var other =
        new Credentials(
            registry.database.entities(),
            registry.database.dataSource(),
            newKey(),
            new SecureRandom());
    assertThatExceptionOfType(RegistryKeyException.class)
        .isThrownBy(() -> registry.database.run(() -> other.checkKey(ready)))
        .withMessageContaining("sealed with another key")
        .withMessageContaining("m2mx.registry.key-file");
  }

  private Ha1 ha1(Aor aor, DigestAlgorithm algorithm) {
    return registry.database.call(() -> registry.credentials.ha1(aor, algorithm));
  }
}
