package org.m2mx.registry.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FactsTest {
  private final FactsConverter column = new FactsConverter();

  @Test
  void factsComeBackFromTheColumnInTheirOrder() {
    var facts = Facts.of("status", "ACTIVE").and("name", "a=b").and("isp", null);
    assertThat(facts.values()).containsOnlyKeys("status", "name");
    var stored = column.convertToDatabaseColumn(facts);
    assertThat(column.convertToEntityAttribute(stored).values().toString())
        .isEqualTo("{status=ACTIVE, name=a=b}");
  }

  @Test
  void nothingIsStoredAsNothing() {
    assertThat(column.convertToDatabaseColumn(Facts.NONE)).isNull();
    assertThat(column.convertToEntityAttribute(null)).isEqualTo(Facts.NONE);
  }

  @Test
  void aLineBreakMakesNoSecondFact() {
    var facts = Facts.of("name", "x\nstatus=SUSPENDED");
    assertThat(column.convertToEntityAttribute(column.convertToDatabaseColumn(facts)).values())
        .containsOnlyKeys("name");
  }
}
