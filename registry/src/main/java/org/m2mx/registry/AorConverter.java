package org.m2mx.registry;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Keeps an {@link Aor} as its canonical URI, which is what the columns compare and index. */
@Converter(autoApply = true)
public class AorConverter implements AttributeConverter<Aor, String> {
  @Override
  public String convertToDatabaseColumn(Aor aor) {
    return aor == null ? null : aor.toString();
  }

  @Override
  public Aor convertToEntityAttribute(String column) {
    return column == null ? null : Aor.parse(column);
  }
}
