package org.m2mx.console.call;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** A page of the calls, the one that its address asks for. */
@Named
@RequestScoped
public class CallsPage {
  private static final int SIZE = 50;

  private final Calls calls;
  private final Isps isps;
  private final SignedIn signedIn;
  private final HttpServletRequest request;
  private final Texts texts;

  private CallSearch.Page page = new CallSearch.Page(List.of(), Optional.empty());

  /** For the client proxy only. */
  protected CallsPage() {
    this(null, null, null, null, null);
  }

  /**
   * @param calls what the relay has written down
   * @param isps to choose from
   * @param signedIn whose calls they are
   * @param request its parameters say what is asked for
   * @param texts what to say
   */
  @Inject
  public CallsPage(
      Calls calls, Isps isps, SignedIn signedIn, HttpServletRequest request, Texts texts) {
    this.calls = calls;
    this.isps = isps;
    this.signedIn = signedIn;
    this.request = request;
    this.texts = texts;
  }

  /** Looks the page up, or says which parameter cannot be used. */
  public void load() {
    var query = CallQuery.of(request::getParameter, signedIn.getDomain(), ZoneId.systemDefault());
    if (query.wrong().isEmpty()) {
      page = calls.search(query.domain(), query.search(), query.after(), SIZE);
    }
    query.wrong().forEach(value -> texts.refused("audit.parameter.invalid", value));
  }

  /** The calls of this page, the latest first. */
  public List<CallRecord> getList() {
    return page.calls();
  }

  /** Whether there are older calls than those of this page. */
  public boolean isMore() {
    return page.next().isPresent();
  }

  /** The query of the page with the calls before these. */
  public String getOlder() {
    var next = page.next().orElseThrow();
    return query(Map.of("after", next.begun() + "_" + next.id()));
  }

  /** Whether this is not the page with the latest calls. */
  public boolean isPast() {
    return CallQuery.value(request::getParameter, "after").isPresent();
  }

  /** The query of the page with the latest calls. */
  public String getLatest() {
    return query(Map.of("after", ""));
  }

  /** The address of a file with these calls and all before them. */
  public String getFile() {
    return "calls.csv" + query(Map.of());
  }

  /** What a call can come to. */
  public CallRecord.Result[] getResults() {
    return CallRecord.Result.values();
  }

  /** The ISPs whose calls can be asked for. */
  public List<Isp> getIsps() {
    return isps.list();
  }

  private String query(Map<String, String> otherwise) {
    return CallQuery.string(request::getParameter, otherwise);
  }
}
