package org.m2mx.console.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A response that a browser keeps as a file. */
public final class CsvDownload {
  private CsvDownload() {}

  /**
   * Begins the file.
   *
   * @param name what to call it: letters, digits, dots and hyphens
   * @throws IOException when nobody listens any more
   */
  public static CsvWriter begin(HttpServletResponse response, String name) throws IOException {
    response.setContentType("text/csv");
    response.setCharacterEncoding(UTF_8.name());
    response.setHeader("Content-Disposition", "attachment; filename=\"" + name + '"');
    return new CsvWriter(response.getWriter());
  }
}
