package org.m2mx.console.text;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/**
 * Points in time as the operator writes them, in the server's time zone. A line of text breaks
 * between date and time, not within either.
 */
@Named
@ApplicationScoped
public class Times {
  private static final char NO_BREAK_SPACE = '\u00a0';
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofLocalizedTime(FormatStyle.MEDIUM);
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("'UTC'xxx");

  private final Clock clock;

  /** For the client proxy only. */
  protected Times() {
    this(null);
  }

  /**
   * @param clock tells how far the zone is from UTC at present
   */
  @Inject
  public Times(Clock clock) {
    this.clock = clock;
  }

  /** Date and time to the second, in the language of the view. */
  public String text(Instant instant) {
    return text(instant, language());
  }

  /** Date and time to the second and how far that is from UTC, in a language. */
  public static String withOffset(Instant instant, Locale language) {
    return text(instant, language)
        + NO_BREAK_SPACE
        + '('
        + OFFSET.format(instant.atZone(ZoneId.systemDefault()))
        + ')';
  }

  /** The day, in the language of the view. */
  public String day(Instant instant) {
    return day(instant, language());
  }

  /**
   * When something ends, in the language of the view: the last day if it ends with one, otherwise
   * date and time.
   */
  public String end(Instant instant) {
    return end(instant, language());
  }

  static String end(Instant instant, Locale language) {
    var midnight = LocalTime.ofInstant(instant, ZoneId.systemDefault()).equals(LocalTime.MIDNIGHT);
    return midnight ? day(instant.minusNanos(1), language) : text(instant, language);
  }

  /** The zone of all these times, and how far it is from UTC at present. */
  public String getZone() {
    var zone = ZoneId.systemDefault();
    return zone.normalized().equals(ZoneOffset.UTC)
        ? "UTC"
        : zone.getId() + " (" + OFFSET.format(clock.instant().atZone(zone)) + ')';
  }

  private static String text(Instant instant, Locale language) {
    return day(instant, language) + ' ' + written(TIME, instant, language);
  }

  private static String day(Instant instant, Locale language) {
    return written(DAY, instant, language);
  }

  private static String written(DateTimeFormatter format, Instant instant, Locale language) {
    return format
        .withLocale(language)
        .format(instant.atZone(ZoneId.systemDefault()))
        .replace(' ', NO_BREAK_SPACE);
  }

  private static Locale language() {
    return FacesContext.getCurrentInstance().getViewRoot().getLocale();
  }
}
