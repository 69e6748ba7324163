package org.m2mx.registry.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceIdTest {

  @ParameterizedTest
  @CsvSource({
    "urn:uuid:00000000-0000-1000-8000-000A95A0E128, urn:uuid:00000000-0000-1000-8000-000a95a0e128",
    "URN:UUID:00000000-0000-1000-8000-000a95a0e128, urn:uuid:00000000-0000-1000-8000-000a95a0e128",
    "URN:Imei:90420156-025763-0;Vers=0, urn:imei:90420156-025763-0;Vers=0",
    "urn:x:URN:UUID:A, urn:x:URN:UUID:A",
    "Kitchen, Kitchen"
  })
  void spellingsOfOneUrnAreOneText(String given, String normalised) {
    assertThat(InstanceId.normalise(given)).isEqualTo(normalised);
  }
}
