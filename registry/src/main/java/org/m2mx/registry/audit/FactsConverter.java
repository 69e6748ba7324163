package org.m2mx.registry.audit;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Keeps {@link Facts} as their lines; none at all as null. */
@Converter(autoApply = true)
public class FactsConverter implements AttributeConverter<Facts, String> {
  @Override
  public String convertToDatabaseColumn(Facts facts) {
    return facts == null || facts.values().isEmpty() ? null : facts.toString();
  }

  @Override
  public Facts convertToEntityAttribute(String column) {
    return column == null ? Facts.NONE : Facts.parse(column);
  }
}
