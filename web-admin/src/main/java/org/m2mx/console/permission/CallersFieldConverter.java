package org.m2mx.console.permission;

import jakarta.enterprise.context.Dependent;
import jakarta.faces.component.UIComponent;
import jakarta.faces.context.FacesContext;
import jakarta.faces.convert.Converter;
import jakarta.faces.convert.ConverterException;
import jakarta.faces.convert.FacesConverter;
import jakarta.inject.Inject;
import org.m2mx.console.subscriber.AorText;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.permission.Callers;

/**
 * Reads callers from a field: an address of record, {@code @domain}, {@code group:name} or {@code
 * *}.
 */
@Dependent
@FacesConverter(value = "callers", managed = true)
public class CallersFieldConverter implements Converter<Callers> {
  private final Texts texts;

  /**
   * @param texts what to say
   */
  @Inject
  public CallersFieldConverter(Texts texts) {
    this.texts = texts;
  }

  @Override
  public Callers getAsObject(FacesContext context, UIComponent component, String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    var typed = value.strip();
    try {
      return typed.startsWith("@") || typed.startsWith(Callers.GROUP_PREFIX) || typed.equals("*")
          ? Callers.parse(typed)
          : Callers.one(AorText.parse(typed));
    } catch (IllegalArgumentException e) {
      throw new ConverterException(texts.error("callers.invalid"), e);
    }
  }

  @Override
  public String getAsString(FacesContext context, UIComponent component, Callers callers) {
    return callers == null ? "" : callers.toString();
  }
}
