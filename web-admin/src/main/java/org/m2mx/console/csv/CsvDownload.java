package org.m2mx.console.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A response that a browser keeps as a file. */
public final class CsvDownload {
  /** How many rows are looked up at a time. */
  public static final int ROWS_AT_A_TIME = 1000;

  private CsvDownload() {}

  /** Writes a row. */
  @FunctionalInterface
  public interface Row<T> {
    /**
     * Writes it.
     *
     * @throws IOException when nobody listens any more
     */
    void write(T one) throws IOException;
  }

  /**
   * Writes rows until there are no more; only some of them are in memory at a time.
   *
   * @param first the first of them, no more than {@value #ROWS_AT_A_TIME}
   * @param next those behind some
   * @param row writes one
   * @throws IOException when nobody listens any more
   */
  public static <T> void rows(List<T> first, UnaryOperator<List<T>> next, Row<T> row)
      throws IOException {
    pages(
        first,
        some -> some.isEmpty() ? Optional.empty() : Optional.of(next.apply(some)),
        Function.identity(),
        row);
  }

  /**
   * Writes rows that come in pages; only one of these is in memory at a time.
   *
   * @param first the first page
   * @param next the one behind a page; empty behind the last
   * @param rows what is on a page
   * @param row writes one
   * @throws IOException when nobody listens any more
   */
  public static <P, T> void pages(
      P first, Function<P, Optional<P>> next, Function<P, List<T>> rows, Row<T> row)
      throws IOException {
    for (var page = Optional.of(first); page.isPresent(); page = page.flatMap(next)) {
      for (var one : rows.apply(page.get())) {
        row.write(one);
      }
    }
  }

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
