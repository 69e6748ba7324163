package org.m2mx.registry.permission;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Keeps {@link Callers} as their text. */
@Converter(autoApply = true)
public class CallersConverter implements AttributeConverter<Callers, String> {
  @Override
  public String convertToDatabaseColumn(Callers callers) {
    return callers == null ? null : callers.toString();
  }

  @Override
  public Callers convertToEntityAttribute(String column) {
    return column == null ? null : Callers.parse(column);
  }
}
