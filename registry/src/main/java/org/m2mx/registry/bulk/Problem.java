package org.m2mx.registry.bulk;

/**
 * What is wrong at one place of a file.
 *
 * @param line where in the file, from 1
 * @param place the column's name; empty for the line as a whole
 * @param kind what it is
 * @param detail what the kind speaks of, such as the name that is taken; never a password; may be
 *     empty
 */
public record Problem(int line, String place, Kind kind, String detail) {
  /** The longest name of a column that is kept, in characters. */
  public static final int MAX_PLACE_LENGTH = 64;

  /** The longest detail that is kept, in characters. */
  public static final int MAX_DETAIL_LENGTH = 500;

  /** Cuts what is longer than is kept, and replaces control characters. */
  public Problem {
    place = cut(place, MAX_PLACE_LENGTH);
    detail = cut(detail, MAX_DETAIL_LENGTH);
  }

  /** What can be wrong. */
  public enum Kind {
    /** The octets are not UTF-8. */
    NOT_UTF_8,
    /** The quotes do not pair up, or a cell is far too long. */
    NOT_CSV,
    /** There is not even a line of column names. */
    NOTHING,
    /** The file has column names and no line below them. */
    NO_LINES,
    /** There are more lines than a file may have; the detail says how many it may. */
    TOO_MANY_LINES,
    /** No column holds the names. */
    NO_USER_COLUMN,
    /** A column is not one of those that are known; the detail is its name. */
    UNKNOWN_COLUMN,
    /** A column is there twice. */
    REPEATED_COLUMN,
    /** A line has more or fewer cells than there are columns; the detail says how many. */
    CELL_COUNT,
    /** There is no name. */
    USER_MISSING,
    /** The name cannot be one; the detail is the name. */
    USER_INVALID,
    /** The name lies in none of the ISP's domains; the detail is the name. */
    OTHER_DOMAIN,
    /** The password is too short, too long or holds a control character. */
    PASSWORD_UNFIT,
    /** Neither yes nor no; the detail is what stands there. */
    LEGACY_INVALID,
    /** An earlier line has the same name; the detail is that line's number. */
    REPEATED,
    /** There is such a subscriber already; the detail is its name. */
    TAKEN,
    /** The ISP may not have so many subscribers; the detail says how many more it may. */
    NO_ROOM
  }

  private static String cut(String text, int length) {
    var visible = text.replaceAll("\\p{C}", "\uFFFD");
    return visible.length() <= length ? visible : visible.substring(0, length);
  }
}
