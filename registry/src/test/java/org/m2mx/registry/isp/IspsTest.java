package org.m2mx.registry.isp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.Status;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class IspsTest {
  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind);
  }

  @Test
  void anOpenedIspIsListedAndFoundByItsDomain() {
    open("Zebra", "Zebra.Example");
    open("  Example Telecom ", "m2m-x.example");
    var isps = registry.database.call(registry.isps::list);
    assertThat(isps).extracting(Isp::domain).containsExactly("m2m-x.example", "zebra.example");
    var found = registry.database.call(() -> registry.isps.find("M2M-X.example")).orElseThrow();
    assertThat(found.name()).isEqualTo("Example Telecom");
    assertThat(found.status()).isEqualTo(Status.ACTIVE);
    assertThat(found.created()).isEqualTo(Registry.NOW);
    assertThat(registry.database.call(() -> registry.isps.find("nowhere.example"))).isEmpty();
  }

  @Test
  void aDomainBelongsToOneIsp() {
    open("Example Telecom", "m2m-x.example");
    assertThatExceptionOfType(TakenException.class)
        .isThrownBy(() -> open("Another", "M2M-X.example"))
        .withMessageContaining("m2m-x.example");
  }

  @Test
  void aNameOrDomainThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(" ", "m2m-x.example"))
        .withMessageContaining("1 to 100 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open("Example Telecom", "m2m x"))
        .withMessageContaining("\"m2m x\" is not a domain name");
  }

  @Test
  void suspensionAndResumptionLast() {
    open("Example Telecom", "m2m-x.example");
    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    assertThat(status()).isEqualTo(Status.SUSPENDED);
    registry.database.run(() -> registry.isps.resume("m2m-x.example"));
    assertThat(status()).isEqualTo(Status.ACTIVE);
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> registry.database.run(() -> registry.isps.suspend("nowhere.example")))
        .withMessageContaining("nowhere.example");
  }

  @Test
  void anotherNameMakesAnotherMark() {
    open("Example Telecom", "m2m-x.example");
    var before = find().mark();
    registry.database.run(() -> registry.isps.rename("m2m-x.example", " Renamed "));
    assertThat(find().name()).isEqualTo("Renamed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.database.run(() -> registry.isps.rename("m2m-x.example", " ")));

    assertThatExceptionOfType(StaleException.class).isThrownBy(() -> expect(before));
    expect(find().mark());
  }

  @Test
  void ofTwoChangesAtTheSameMomentTheLaterIsStale() {
    open("Example Telecom", "m2m-x.example");
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(
            () ->
                registry.database.run(
                    () -> {
                      registry.isps.require("m2m-x.example");
                      atTheSameMoment(() -> registry.isps.addDomain("m2m-x.example", "a.example"));
                      registry.isps.addDomain("m2m-x.example", "b.example");
                    }))
        .withMessageContaining("m2m-x.example has been changed meanwhile");
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(
            () ->
                registry.database.run(
                    () -> {
                      registry.isps.require("m2m-x.example");
                      atTheSameMoment(() -> registry.isps.suspend("m2m-x.example"));
                      registry.isps.removeDomain("m2m-x.example", "a.example");
                    }));
    assertThat(find().domains()).containsExactly("m2m-x.example", "a.example");
  }

  private void atTheSameMoment(Runnable change) {
    CompletableFuture.runAsync(() -> registry.database.run(change)).join();
  }

  private void expect(String mark) {
    registry.database.run(() -> registry.isps.expect("m2m-x.example", Set.of(mark)));
  }

  private Isp find() {
    return registry.database.call(() -> registry.isps.find("m2m-x.example")).orElseThrow();
  }

  private void open(String name, String domain) {
    registry.database.run(() -> registry.isps.open(name, domain));
  }

  private Status status() {
    return registry.database.call(() -> registry.isps.find("m2m-x.example")).orElseThrow().status();
  }

  @Test
  void anIspIsDeletedWithItsSubscribersOnceNobodyIsServed() {
    registry.withSubscribers();
    assertThatIllegalStateException()
        .isThrownBy(() -> registry.database.run(() -> registry.isps.delete("m2m-x.example")))
        .withMessageContaining("suspend it before");
    registry.database.run(() -> registry.isps.open("Other", "other.example"));
    var callee = new Aor("callee", "other.example");
    registry.database.run(
        () -> registry.subscribers.open(callee, Registry.password("callee"), false));
    registry.database.run(() -> registry.permissions.permit(Registry.ALICE, callee));

    registry.database.run(() -> registry.isps.suspend("m2m-x.example"));
    assertThat(registry.database.call(() -> registry.isps.subscribers("m2m-x.example")))
        .isEqualTo(2);
    registry.database.run(() -> registry.isps.delete("m2m-x.example"));
    assertThat(registry.database.call(() -> registry.subscribers.find(Registry.ALICE))).isEmpty();
    assertThat(registry.database.call(() -> registry.isps.find("m2m-x.example"))).isEmpty();
    assertThat(registry.database.call(() -> registry.permissions.list(callee))).isEmpty();
    assertThat(registry.database.call(() -> registry.subscribers.find(callee))).isPresent();
  }
}
