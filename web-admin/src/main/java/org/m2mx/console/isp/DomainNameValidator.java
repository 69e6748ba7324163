package org.m2mx.console.isp;

import jakarta.enterprise.context.Dependent;
import jakarta.faces.component.UIComponent;
import jakarta.faces.context.FacesContext;
import jakarta.faces.validator.FacesValidator;
import jakarta.faces.validator.Validator;
import jakarta.faces.validator.ValidatorException;
import jakarta.inject.Inject;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.DomainName;

/** Says at the field when a domain is none. */
@Dependent
@FacesValidator(value = "domainName", managed = true)
public class DomainNameValidator implements Validator<String> {
  private final Texts texts;

  /**
   * @param texts what to say
   */
  @Inject
  public DomainNameValidator(Texts texts) {
    this.texts = texts;
  }

  @Override
  public void validate(FacesContext context, UIComponent component, String value) {
    try {
      DomainName.normalise(value);
    } catch (IllegalArgumentException e) {
      throw new ValidatorException(texts.error("domain.invalid"), e);
    }
  }
}
