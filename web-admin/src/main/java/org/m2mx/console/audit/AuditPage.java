package org.m2mx.console.audit;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditEntry;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** A page of the audit trail, the one that its address asks for. */
@Named
@RequestScoped
public class AuditPage {
  private static final int SIZE = 50;

  private final AuditTrail audit;
  private final Isps isps;
  private final SignedIn signedIn;
  private final HttpServletRequest request;
  private final Texts texts;

  private List<AuditEntry> entries = List.of();

  /** For the client proxy only. */
  protected AuditPage() {
    this(null, null, null, null, null);
  }

  /**
   * @param audit the trail
   * @param isps to choose from
   * @param signedIn whose part of the trail it is
   * @param request its parameters say what is asked for
   * @param texts what to say
   */
  @Inject
  public AuditPage(
      AuditTrail audit, Isps isps, SignedIn signedIn, HttpServletRequest request, Texts texts) {
    this.audit = audit;
    this.isps = isps;
    this.signedIn = signedIn;
    this.request = request;
    this.texts = texts;
  }

  /** Looks the page up, or says which parameter cannot be used. */
  public void load() {
    try {
      var query =
          AuditQuery.of(request::getParameter, signedIn.getDomain(), ZoneId.systemDefault());
      // One more than is shown tells whether there are older ones.
      entries = audit.list(query.domain(), query.filter(), query.before(), SIZE + 1);
    } catch (IllegalArgumentException e) {
      texts.refused("audit.parameter.invalid", request.getParameter(e.getMessage()));
    }
  }

  /** The lines of this page, the latest first. */
  public List<AuditEntry> getEntries() {
    return entries.subList(0, Math.min(SIZE, entries.size()));
  }

  /** Whether there are older lines than those of this page. */
  public boolean isMore() {
    return entries.size() > SIZE;
  }

  /** The query of the page with the lines before these. */
  public String getOlder() {
    var last = Long.toString(entries.get(SIZE - 1).id());
    return '?' + AuditQuery.string(request::getParameter, Map.of("before", last));
  }

  /** Whether this is not the page with the latest lines. */
  public boolean isPast() {
    return request.getParameter("before") != null;
  }

  /** The query of the page with the latest lines. */
  public String getLatest() {
    return '?' + AuditQuery.string(request::getParameter, Map.of("before", ""));
  }

  /** The address of a file with all the lines. */
  public String getFile() {
    return "audit.csv" + getLatest();
  }

  /** What can be done. */
  public Action[] getActions() {
    return Action.values();
  }

  /** The ISPs whose lines can be asked for. */
  public List<Isp> getIsps() {
    return isps.list();
  }
}
