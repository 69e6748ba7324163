package org.m2mx.registry.gruu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Registration;
import org.m2mx.registry.binding.Registration.Connection;
import org.m2mx.registry.binding.Registration.Contact;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class TemporaryGruusTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final TemporaryGruus gruus = new TemporaryGruus(Registry.newKey(), new SecureRandom());

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void itNamesTheDeviceItWasGivenTo() {
    Binding binding = register(VIDEO, "urn:uuid:1", "call", 1, NOW);
    TemporaryGruu gruu = read(gruus.of(binding));

    assertThat(gruu.aor()).isEqualTo(VIDEO);
    assertThat(gruu.names(binding)).isTrue();
    assertThat(gruu.names(stored(VIDEO))).isTrue();
    assertThat(gruu.names(register(ALICE, "urn:uuid:1", "call", 1, NOW))).isFalse();
  }

  @Test
  void itOutlivesRefreshesOfTheSameCallId() {
    TemporaryGruu gruu = read(gruus.of(register(VIDEO, "urn:uuid:1", "call", 1, NOW)));

    assertThat(gruu.names(register(VIDEO, "urn:uuid:1", "call", 2, NOW.plusSeconds(60)))).isTrue();
  }

  @Test
  void itEndsWithAnotherCallIdAndAnotherRegistration() {
    TemporaryGruu gruu = read(gruus.of(register(VIDEO, "urn:uuid:1", "call", 1, NOW)));

    assertThat(gruu.names(register(VIDEO, "urn:uuid:1", "other call", 1, NOW))).isFalse();
    assertThat(gruu.names(register(VIDEO, "urn:uuid:1", "call", 1, NOW.plus(HOUR)))).isFalse();
    assertThat(gruu.names(register(VIDEO, "urn:uuid:2", "call", 2, NOW))).isFalse();
  }

  @Test
  void noTwoAreAlikeAndNoneShowsTheName() {
    Binding binding = register(VIDEO, "urn:uuid:1", "call", 1, NOW);

    assertThat(IntStream.range(0, 50).mapToObj(i -> gruus.of(binding)).distinct())
        .hasSize(50)
        .noneMatch(gruu -> gruu.contains("video"));
  }

  @Test
  void namesOfOtherLengthsLookAlike() {
    assertThat(gruus.of(register(ALICE, "urn:uuid:1", "call", 1, NOW)).length())
        .isEqualTo(gruus.of(register(VIDEO, "urn:uuid:2", "other", 1, NOW)).length());
  }

  @Test
  void whatIsNoneIsNotRead() {
    String gruu = gruus.of(register(VIDEO, "urn:uuid:1", "call", 1, NOW));
    String user = gruu.substring("sip:".length(), gruu.indexOf('@'));
    String changed =
        user.substring(0, 20) + (user.charAt(20) == 'A' ? 'B' : 'A') + user.substring(21);

    assertThat(gruus.read(user, "m2m-x.example")).isPresent();
    assertThat(gruus.read(user, "other.example")).isEmpty();
    assertThat(gruus.read(changed, "m2m-x.example")).isEmpty();
    assertThat(gruus.read(user.substring(0, 30), "m2m-x.example")).isEmpty();
    assertThat(gruus.read("tgruu.!", "m2m-x.example")).isEmpty();
    assertThat(gruus.read("video", "m2m-x.example")).isEmpty();
  }

  private TemporaryGruu read(String gruu) {
    assertThat(gruu).matches("sip:tgruu\\.[A-Za-z0-9_-]+@m2m-x\\.example;gr");
    return gruus
        .read(gruu.substring("sip:".length(), gruu.indexOf('@')), "m2m-x.example")
        .orElseThrow();
  }

  private Binding register(Aor aor, String instance, String callId, long cseq, Instant now) {
    var contact = new Contact("sip:v@x", "v@x", instance, null, null, HOUR);
    var connection = new Connection("flow", "TLS", "[::1]:1", null);
    var registration = new Registration(callId, cseq, connection, List.of(contact));
    return registry
        .database
        .call(() -> registry.bindings.register(aor, registration, now).join())
        .get(0);
  }

  private Binding stored(Aor aor) {
    return registry.database.call(() -> registry.bindings.of(aor, NOW)).get(0);
  }
}
