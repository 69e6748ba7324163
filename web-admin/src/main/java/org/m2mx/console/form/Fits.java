package org.m2mx.console.form;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The text has a form; null has any. */
@Constraint(validatedBy = Fits.Check.class)
@Target({
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT,
  ElementType.TYPE_USE
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Fits {
  /** Which form. */
  Form value();

  /** The form's own text is shown in its place. */
  String message() default "";

  /** As Jakarta Validation asks for. */
  Class<?>[] groups() default {};

  /** As Jakarta Validation asks for. */
  Class<? extends Payload>[] payload() default {};

  /** Tries to read the text. */
  class Check implements ConstraintValidator<Fits, String> {
    private Form form;

    @Override
    public void initialize(Fits fits) {
      form = fits.value();
    }

    @Override
    public boolean isValid(String text, ConstraintValidatorContext context) {
      if (text == null) {
        return true;
      }
      try {
        form.read(text);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
