package org.m2mx.console.audit;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import org.m2mx.console.csv.CsvDownload;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.registry.audit.AuditEntry;
import org.m2mx.registry.audit.AuditTrail;

/** The audit trail as a file, the latest line first, of whatever length. */
@WebServlet("/audit.csv")
public class AuditExport extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient AuditTrail audit;
  private final transient SignedIn signedIn;

  /**
   * @param audit the trail
   * @param signedIn whose part of the trail it is
   */
  @Inject
  public AuditExport(AuditTrail audit, SignedIn signedIn) {
    this.audit = audit;
    this.signedIn = signedIn;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    AuditQuery query;
    try {
      query = AuditQuery.of(request::getParameter, signedIn.getDomain(), ZoneId.systemDefault());
    } catch (IllegalArgumentException e) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
      return;
    }
    var lines = next(query, query.before());
    var csv = CsvDownload.begin(response, "audit.csv");
    csv.row("number", "time", "who", "role", "from", "action", "subject", "isp", "before", "after");
    CsvDownload.rows(
        lines,
        some -> next(query, some.get(some.size() - 1).id()),
        line ->
            csv.row(
                line.id(),
                line.happened(),
                line.actor(),
                line.role(),
                line.source(),
                line.action(),
                line.subject(),
                line.domain(),
                line.before(),
                line.after()));
  }

  private List<AuditEntry> next(AuditQuery query, long before) {
    return audit.list(query.domain(), query.filter(), before, CsvDownload.ROWS_AT_A_TIME);
  }
}
