package org.m2mx.console.bulk;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.UUID;
import org.m2mx.console.account.ConsoleAddress;
import org.m2mx.console.csv.CsvDownload;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.bulk.Imports;

/** The links of an import as a file, in the order of the file that came in. */
@WebServlet("/import-links.csv")
public class LinksFile extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Imports imports;
  private final transient ConsoleAddress address;

  /**
   * @param imports know the links
   * @param address where links lead
   */
  @Inject
  public LinksFile(Imports imports, ConsoleAddress address) {
    this.imports = imports;
    this.address = address;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var domain = request.getParameter("domain");
    try {
      var id = UUID.fromString(String.valueOf(request.getParameter("import")));
      var expires =
          imports.find(domain, id).flatMap(one -> one.linksUntil()).map(Instant::toString);
      if (expires.isEmpty()) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
        return;
      }
      var base = address.of("/account/");
      var csv = CsvDownload.begin(response, "links.csv");
      csv.row("aor", "link", "works until");
      imports.links(
          domain,
          id,
          (aor, token) -> {
            try {
              csv.row(aor, base + token.reveal(), expires.get());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (NotFoundException | StaleException | IllegalArgumentException e) {
      response.reset();
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
