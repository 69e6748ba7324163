package org.m2mx.console.bulk;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.m2mx.console.csv.CsvDownload;
import org.m2mx.console.language.RequestLanguage;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.bulk.Imports;
import org.m2mx.registry.bulk.Problem;

/** Everything that is wrong with a file, as a file. */
@WebServlet("/import-problems.csv")
public class ProblemsFile extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Imports imports;
  private final transient Texts texts;

  /**
   * @param imports know what is wrong
   * @param texts say it
   */
  @Inject
  public ProblemsFile(Imports imports, Texts texts) {
    this.imports = imports;
    this.texts = texts;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var domain = request.getParameter("domain");
    try {
      var id = UUID.fromString(String.valueOf(request.getParameter("import")));
      var language = RequestLanguage.of(request);
      var first = new AtomicInteger();
      var some = next(domain, id, first);
      var csv = CsvDownload.begin(response, "problems.csv");
      csv.row("line", "column", "kind", "problem");
      CsvDownload.rows(
          some,
          last -> next(domain, id, first),
          problem ->
              csv.row(
                  problem.line(),
                  problem.place(),
                  problem.kind(),
                  texts.in(language, ProblemTexts.key(problem), problem.detail())));
    } catch (NotFoundException | IllegalArgumentException e) {
      response.reset();
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }

  private List<Problem> next(String domain, UUID id, AtomicInteger first) {
    var size = CsvDownload.ROWS_AT_A_TIME;
    return imports.problems(domain, id, first.getAndAdd(size), size);
  }
}
