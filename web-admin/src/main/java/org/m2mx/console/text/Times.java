package org.m2mx.console.text;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/** Points in time as the operator writes them, in the server's time zone. */
@Named
@ApplicationScoped
public class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM).withZone(ZoneId.systemDefault());

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withZone(ZoneId.systemDefault());

  /** Date and time to the second, in the language of the view. */
  public String text(Instant instant) {
    return text(instant, FacesContext.getCurrentInstance().getViewRoot().getLocale());
  }

  /** Date and time to the second, in a language. */
  public static String text(Instant instant, Locale language) {
    return FORMAT.withLocale(language).format(instant);
  }

  /** The day, in the language of the view. */
  public String day(Instant instant) {
    return DAY.withLocale(FacesContext.getCurrentInstance().getViewRoot().getLocale())
        .format(instant);
  }
}
