package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.m2mx.console.form.Cursor;
import org.m2mx.console.form.Form;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditEntry;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.audit.AuditTrail;

/** Every change of what is an ISP's. */
@Path("/isps/{domain}/audit")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {
  private final AuditTrail trail;
  private final Parameters parameters;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public AuditResource() {
    this(null, null);
  }

  /**
   * @param trail the audit trail
   * @param parameters what stands in the address
   */
  @Inject
  public AuditResource(AuditTrail trail, Parameters parameters) {
    this.trail = trail;
    this.parameters = parameters;
  }

  /**
   * A change.
   *
   * @param id later ones have greater numbers
   * @param happened when
   * @param actor who
   * @param role what it was allowed to do
   * @param source from which address; missing for the service itself
   * @param action what was done
   * @param subject to what
   * @param before what was true before
   * @param after what is true now
   */
  public record ChangeView(
      long id,
      Instant happened,
      String actor,
      String role,
      String source,
      String action,
      String subject,
      Map<String, String> before,
      Map<String, String> after) {
    static ChangeView of(AuditEntry entry) {
      return new ChangeView(
          entry.id(),
          entry.happened(),
          entry.actor(),
          entry.role().name(),
          entry.source(),
          entry.action().name(),
          entry.subject(),
          entry.before().values(),
          entry.after().values());
    }
  }

  /**
   * Some changes.
   *
   * @param items the latest first
   * @param next the cursor of the next page; missing on the last
   */
  public record ChangeList(List<ChangeView> items, String next) {}

  @GET
  @Does(
      value = "Every change of what is the ISP's, the latest first.",
      gives = ChangeList.class,
      query = {"actor", "action", "subject", "from", "to", "limit", "cursor"})
  public ChangeList list(@PathParam("domain") String domain) {
    var filter =
        new AuditFilter(
            parameters.optional("actor", Form.WORDS, String.class).orElse(null),
            parameters.optional("action", Form.ACTION, Action.class).orElse(null),
            parameters.optional("subject", Form.WORDS, String.class).orElse(null),
            parameters.optional("from", Form.TIME, Instant.class).orElse(null),
            parameters.optional("to", Form.TIME, Instant.class).orElse(null));
    long before =
        parameters
            .cursor(1)
            .map(cursor -> (Long) parameters.read("cursor", Form.NUMBER, cursor.parts().get(0)))
            .orElse(Long.MAX_VALUE);
    var limit = parameters.limit();
    var page = trail.list(domain.toLowerCase(Locale.ROOT), filter, before, limit);
    return new ChangeList(
        page.stream().map(ChangeView::of).toList(),
        page.size() < limit ? null : Cursor.of(page.get(page.size() - 1).id()).toString());
  }
}
