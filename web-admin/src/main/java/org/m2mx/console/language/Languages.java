package org.m2mx.console.language;

import java.util.List;
import java.util.Locale;

/** The languages that the console speaks. */
public final class Languages {
  /** All of them, in the order in which they are offered. */
  public static final List<Locale> OFFERED = List.of(Locale.ENGLISH, Locale.JAPANESE);

  private Languages() {}
}
