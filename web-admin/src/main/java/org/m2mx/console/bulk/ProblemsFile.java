package org.m2mx.console.bulk;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.m2mx.console.csv.CsvDownload;
import org.m2mx.console.language.RequestLanguage;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.bulk.Imports;

/** Everything that is wrong with a file, as a file. */
@WebServlet("/import-problems.csv")
public class ProblemsFile extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int LINES_AT_A_TIME = 1000;

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
      var some = imports.problems(domain, id, 0, LINES_AT_A_TIME);
      var csv = CsvDownload.begin(response, "problems.csv");
      csv.row("line", "column", "kind", "problem");
      for (var first = 0; !some.isEmpty(); ) {
        for (var problem : some) {
          csv.row(
              problem.line(),
              problem.place(),
              problem.kind(),
              texts.in(language, ProblemTexts.key(problem), problem.detail()));
        }
        first += some.size();
        some = imports.problems(domain, id, first, LINES_AT_A_TIME);
      }
    } catch (NotFoundException | IllegalArgumentException e) {
      response.reset();
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
