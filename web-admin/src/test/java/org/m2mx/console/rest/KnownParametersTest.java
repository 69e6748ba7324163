package org.m2mx.console.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownParametersTest {
  @Test
  void whatIsUnknownOrRepeatedIsNamed() {
    var given =
        Map.of("limit", List.of("1", "2"), "prefix", List.of("a"), "ordre", List.of("up", "down"));
    assertThat(KnownParameters.wrong(given, Set.of("limit", "prefix", "cursor")))
        .containsExactly("limit", "ordre");
  }
}
