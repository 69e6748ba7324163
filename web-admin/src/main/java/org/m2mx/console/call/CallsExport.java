package org.m2mx.console.call;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Optional;
import org.m2mx.console.csv.CsvDownload;
import org.m2mx.console.csv.CsvWriter;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.Calls;

/** Calls as a file, the latest first, of whatever length. */
@WebServlet("/calls.csv")
public class CallsExport extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Calls calls;
  private final transient SignedIn signedIn;

  /**
   * @param calls what the relay has written down
   * @param signedIn whose calls they are
   */
  @Inject
  public CallsExport(Calls calls, SignedIn signedIn) {
    this.calls = calls;
    this.signedIn = signedIn;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var query = CallQuery.of(request::getParameter, signedIn.getDomain(), ZoneId.systemDefault());
    if (!query.wrong().isEmpty()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
      return;
    }
    var first = next(query, query.after());
    var csv = CsvDownload.begin(response, "calls.csv");
    csv.row(
        "key",
        "begun",
        "answered",
        "ended",
        "request",
        "caller",
        "caller address",
        "callee",
        "callee address",
        "status",
        "result",
        "reason",
        "ending",
        "call-id",
        "node");
    CsvDownload.pages(
        first,
        page -> page.next().map(end -> next(query, Optional.of(end))),
        CallSearch.Page::calls,
        call -> write(call, csv));
  }

  private CallSearch.Page next(CallQuery query, Optional<CallSearch.Position> after) {
    return calls.search(query.domain(), query.search(), after, CsvDownload.ROWS_AT_A_TIME);
  }

  private static void write(CallRecord call, CsvWriter csv) throws IOException {
    csv.row(
        call.id(),
        call.begun(),
        call.answered().orElse(null),
        call.ended().orElse(null),
        call.method(),
        call.caller().aor(),
        call.caller().address().orElse(null),
        call.callee().aor(),
        call.callee().address().orElse(null),
        call.status(),
        call.result(),
        call.reason(),
        call.ending().map(CallRecord.Ending::name).orElse(null),
        call.callId(),
        call.node());
  }
}
