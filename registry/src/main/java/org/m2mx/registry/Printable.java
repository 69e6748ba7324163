package org.m2mx.registry;

/** Foreign text made fit for an error message or a log line. */
public final class Printable {
  private static final int LONGEST = 80;

  private Printable() {}

  /** At most {@value #LONGEST} characters, control characters replaced. */
  public static String excerpt(String text) {
    var visible = text.replaceAll("\\p{C}", "\uFFFD");
    return visible.length() <= LONGEST ? visible : visible.substring(0, LONGEST) + "…";
  }
}
