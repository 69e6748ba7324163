package org.m2mx.console.csv;

import java.io.IOException;
import java.io.Writer;
import java.util.regex.Pattern;

/**
 * Writes comma-separated values (RFC 4180) that a spreadsheet opens as text: nothing in them is
 * taken for a formula, and the first character says that they are UTF-8.
 */
public class CsvWriter {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",\r\n]");
  private static final Pattern LOOKS_LIKE_A_FORMULA =
      Pattern.compile("[=+\\-@\t\r].*", Pattern.DOTALL);

  private final Writer out;

  /**
   * @param out where it goes, as UTF-8; is not closed
   * @throws IOException when it cannot be written to
   */
  public CsvWriter(Writer out) throws IOException {
    this.out = out;
    out.write(BYTE_ORDER_MARK);
  }

  /**
   * Writes a row.
   *
   * @param cells as text; null is an empty cell
   * @throws IOException when it cannot be written
   */
  public void row(Object... cells) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        out.write(',');
      }
      out.write(cell(cells[i]));
    }
    out.write("\r\n");
  }

  private static String cell(Object value) {
    var text = value == null ? "" : value.toString();
    if (LOOKS_LIKE_A_FORMULA.matcher(text).matches()) {
      text = "'" + text;
    }
    return NEEDS_QUOTES.matcher(text).find() ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
