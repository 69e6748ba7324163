package org.m2mx.registry.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class DevicesTest {
  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
    register(ALICE, "sip:alice@[2001:db8::7]:5061");
    register(ALICE, "sip:alice@[2001:db8::8]:5061");
    register(VIDEO, "sip:video@[2001:db8::9]:5061");
  }

  @Test
  void aDeviceThatIsDeregisteredIsGoneForGoodAndTheOthersStay() {
    var device = registry.devices.of(ALICE).get(0);
    deregister(ALICE, device.key());
    assertThat(registry.devices.of(ALICE)).hasSize(1).doesNotContain(device);
    assertThat(registry.devices.of(VIDEO)).hasSize(1);
    assertThat(registry.gone).containsExactly(new DeviceDeregistered(ALICE, device));

    var afterARestart = Registry.bindings(registry.database.dataSource());
    afterARestart.load(new SchemaReady("the latest"));
    assertThat(afterARestart.of(ALICE, NOW)).hasSize(1).doesNotContain(device);
    afterARestart.stop();
  }

  @Test
  void nobodysDeviceIsDeregisteredTwiceNorAnothers() {
    var key = registry.devices.of(ALICE).get(0).key();
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> deregister(VIDEO, key));
    deregister(ALICE, key);
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> deregister(ALICE, key));
    assertThat(registry.gone).hasSize(1);
  }

  @Test
  void thoseRegisteredAreCounted() {
    assertThat(registry.devices.registered(null)).isEqualTo(2);
    assertThat(registry.devices.registered("m2m-x.example")).isEqualTo(2);
    assertThat(registry.devices.registered("other.example")).isZero();
  }

  private void deregister(Aor aor, String key) {
    registry.database.run(() -> registry.devices.deregister(aor, key));
  }

  private void register(Aor aor, String contact) {
    registry
        .bindings
        .register(
            aor,
            new Registration(
                contact,
                1,
                new Registration.Connection("flow", "TLS", "[2001:db8::7]:5061", null, List.of()),
                List.of(
                    new Registration.Contact(
                        contact, contact, null, null, null, Duration.ofHours(1)))),
            NOW)
        .join();
  }
}
