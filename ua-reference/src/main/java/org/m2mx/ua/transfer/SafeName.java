package org.m2mx.ua.transfer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Turns the name that a stranger gave a file into one that does no harm in any folder. */
final class SafeName {
  /** File systems take 255; this leaves room for what is put behind the name. */
  private static final int MOST_BYTES = 200;

  private static final int LONGEST_EXTENSION = 16;
  private static final String NAMELESS = "file";

  /** What file systems or shells read as more than a letter, and what shows as something else. */
  private static final Pattern HARMFUL =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cn}<>:\"|?*]");

  /** Device names of Windows, with any extension. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private SafeName() {}

  /**
   * Returns a name without folder, that is no hidden file, no device and not too long.
   *
   * @param offered never null
   * @return 1 to 200 bytes in UTF-8
   */
  static String of(String offered) {
    String name = offered.substring(lastSeparator(offered) + 1);
    name = HARMFUL.matcher(name).replaceAll("_").strip();
    name = name.replaceFirst("[. ]+$", "");
    if (name.isEmpty()) {
      return NAMELESS;
    }
    if (name.startsWith(".") || name.startsWith("-") || DEVICE.matcher(name).matches()) {
      name = "_" + name;
    }
    return shortened(name);
  }

  /** Returns the name with a number before its extension. */
  static String numbered(String name, int number) {
    int dot = extension(name);
    return name.substring(0, dot) + " (" + number + ")" + name.substring(dot);
  }

  private static int lastSeparator(String name) {
    return Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
  }

  private static String shortened(String name) {
    int dot = extension(name);
    String stem = name.substring(0, dot);
    String extension = name.substring(dot);
    while (bytes(stem + extension) > MOST_BYTES) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    return stem + extension;
  }

  /** Returns where the extension begins, or the length if there is none. */
  private static int extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && name.length() - dot <= LONGEST_EXTENSION ? dot : name.length();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
