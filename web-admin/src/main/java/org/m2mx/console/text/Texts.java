package org.m2mx.console.text;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.application.FacesMessage;
import jakarta.faces.component.UIInput;
import jakarta.faces.context.FacesContext;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** The console's texts in the language of the view, and messages made of them. */
@ApplicationScoped
public class Texts {
  private static final String BUNDLE = "org.m2mx.console.text.Texts";

  /**
   * The text of a key.
   *
   * @param key a key of the bundle
   * @param arguments fill {@code {0}} and so on
   */
  public String get(String key, Object... arguments) {
    var locale = FacesContext.getCurrentInstance().getViewRoot().getLocale();
    return get(locale, key, arguments);
  }

  /** The text of a key in a language of its own, whatever the view's. */
  public String in(Locale locale, String key, Object... arguments) {
    return get(locale, key, arguments);
  }

  static String get(Locale locale, String key, Object... arguments) {
    var pattern = ResourceBundle.getBundle(BUNDLE, locale).getString(key);
    return new MessageFormat(pattern, locale).format(arguments);
  }

  /** A message that something went well, shown at the top of the page. */
  public void done(String key, Object... arguments) {
    show(null, FacesMessage.SEVERITY_INFO, get(key, arguments));
  }

  /** A message that something was refused, shown at the top of the page. */
  public void refused(String key, Object... arguments) {
    show(null, FacesMessage.SEVERITY_ERROR, get(key, arguments));
  }

  /**
   * A message at a field, which is thereby marked as wrong and keeps what was typed.
   *
   * @param clientId the field's client id
   */
  public void wrong(String clientId, String key, Object... arguments) {
    var faces = FacesContext.getCurrentInstance();
    var field = (UIInput) faces.getViewRoot().findComponent(clientId);
    field.setValid(false);
    field.setSubmittedValue(faces.getExternalContext().getRequestParameterMap().get(clientId));
    show(clientId, FacesMessage.SEVERITY_ERROR, get(key, arguments));
    faces.validationFailed();
  }

  /** A message for a validator or converter to throw. */
  public FacesMessage error(String key, Object... arguments) {
    return message(FacesMessage.SEVERITY_ERROR, get(key, arguments));
  }

  private static void show(String clientId, FacesMessage.Severity severity, String text) {
    FacesContext.getCurrentInstance().addMessage(clientId, message(severity, text));
  }

  private static FacesMessage message(FacesMessage.Severity severity, String text) {
    return new FacesMessage(severity, text, text);
  }
}
