package org.m2mx.console.subscriber;

import jakarta.enterprise.context.Dependent;
import jakarta.faces.component.UIComponent;
import jakarta.faces.context.FacesContext;
import jakarta.faces.convert.Converter;
import jakarta.faces.convert.ConverterException;
import jakarta.faces.convert.FacesConverter;
import jakarta.inject.Inject;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;

/**
 * Reads an address of record from a field; {@code sip:} may be left out. Says at the field when it
 * is none.
 */
@Dependent
@FacesConverter(value = "aor", managed = true)
public class AorFieldConverter implements Converter<Aor> {
  private final Texts texts;

  /**
   * @param texts what to say
   */
  @Inject
  public AorFieldConverter(Texts texts) {
    this.texts = texts;
  }

  @Override
  public Aor getAsObject(FacesContext context, UIComponent component, String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    try {
      return AorText.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ConverterException(texts.error("aor.invalid"), e);
    }
  }

  @Override
  public String getAsString(FacesContext context, UIComponent component, Aor aor) {
    return aor == null ? "" : aor.toString();
  }
}
