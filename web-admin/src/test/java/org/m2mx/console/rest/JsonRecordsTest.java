package org.m2mx.console.rest;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Status;

class JsonRecordsTest {
  record Sent(String name, Boolean legacy) {}

  record Inner(String a) {}

  record Given(
      String name,
      Status status,
      Instant at,
      long number,
      boolean yes,
      List<Inner> inner,
      Map<String, String> facts) {}

  @Test
  void aRecordIsWrittenMemberByMember() {
    var given =
        new Given(
            "ｎ",
            Status.ACTIVE,
            Instant.EPOCH,
            7,
            true,
            List.of(new Inner("x"), new Inner(null)),
            Map.of("k", "v"));
    assertThat(JsonRecords.write(given))
        .hasToString(
            "{\"name\":\"ｎ\",\"status\":\"ACTIVE\",\"at\":\"1970-01-01T00:00:00Z\",\"number\":7,"
                + "\"yes\":true,\"inner\":[{\"a\":\"x\"},{}],\"facts\":{\"k\":\"v\"}}");
    assertThat(JsonRecords.write(new Inner(null))).hasToString("{}");
  }

  @Test
  void whatIsMissingIsNull() {
    assertThat(read("{\"legacy\":true}")).isEqualTo(new Sent(null, true));
    assertThat(read("{\"name\":null}")).isEqualTo(new Sent(null, null));
  }

  private static Sent read(String json) {
    try (var reader = Json.createReader(new StringReader(json))) {
      return JsonRecords.read(reader.readObject(), Sent.class);
    }
  }
}
