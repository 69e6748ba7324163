package org.m2mx.console.text;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;

/** Points in time as the operator writes them, in the server's time zone. */
@Named
@ApplicationScoped
public class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM).withZone(ZoneId.systemDefault());

  /** Date and time to the second, in the language of the view. */
  public String text(Instant instant) {
    return FORMAT
        .withLocale(FacesContext.getCurrentInstance().getViewRoot().getLocale())
        .format(instant);
  }
}
