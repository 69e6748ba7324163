package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.m2mx.console.form.Fits;
import org.m2mx.console.form.Form;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.Permission;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.subscriber.Subscribers;

/** Whom a subscriber lets call it. */
@Path("/isps/{domain}/subscribers/{user}/permissions")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PermissionResource {
  private final Subscribers subscribers;
  private final Permissions permissions;
  private final Parameters parameters;
  private final Clock clock;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public PermissionResource() {
    this(null, null, null, null);
  }

  /**
   * @param subscribers whose lists they are
   * @param permissions the lists
   * @param parameters what stands in the address
   * @param clock tells what has passed
   */
  @Inject
  public PermissionResource(
      Subscribers subscribers, Permissions permissions, Parameters parameters, Clock clock) {
    this.subscribers = subscribers;
    this.permissions = permissions;
    this.parameters = parameters;
    this.clock = clock;
  }

  /**
   * A line of a list.
   *
   * @param callers an address of record, group:name, @domain or *
   * @param created since when
   * @param ends when it ends by itself; missing when it does not
   */
  public record PermissionView(String callers, Instant created, Instant ends) {
    static PermissionView of(Permission permission) {
      return new PermissionView(
          permission.callers().toString(), permission.created(), permission.ends().orElse(null));
    }
  }

  /** A subscriber's list. */
  public record PermissionList(List<PermissionView> items) {}

  /** When it shall end; missing for never. */
  public record PermissionEnd(@Fits(Form.TIME) String ends) {}

  @GET
  @Does(value = "Who may call a subscriber.", gives = PermissionList.class)
  public PermissionList list(@PathParam("domain") String domain, @PathParam("user") String user) {
    var callee = Parameters.aor(domain, user);
    subscribers.require(callee);
    return new PermissionList(permissions.list(callee).stream().map(PermissionView::of).toList());
  }

  @PUT
  @Path("/{callers}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Does(
      value =
          "Lets callers call: an address of record, group:name, @domain or *. For those on the list"
              + " only the end changes.",
      gives = PermissionView.class)
  public PermissionView permit(
      @PathParam("domain") String domain,
      @PathParam("user") String user,
      @PathParam("callers") String callers,
      PermissionEnd end) {
    var callee = Parameters.aor(domain, user);
    var who = (Callers) parameters.read("callers", Form.CALLERS, callers);
    var ends = Optional.ofNullable(end.ends()).map(Instant::parse);
    if (ends.filter(time -> !time.isAfter(clock.instant())).isPresent()) {
      throw ProblemException.invalid("ends", "The end has passed: give a later one, or none.");
    }
    permissions.permit(who, callee, ends);
    return permissions.list(callee).stream()
        .filter(permission -> permission.callers().equals(who))
        .map(PermissionView::of)
        .findFirst()
        .orElseThrow();
  }

  @DELETE
  @Path("/{callers}")
  @Does(value = "Takes a line off the list; without it nothing changes.", status = 204)
  public void revoke(
      @PathParam("domain") String domain,
      @PathParam("user") String user,
      @PathParam("callers") String callers) {
    permissions.revoke(
        (Callers) parameters.read("callers", Form.CALLERS, callers), Parameters.aor(domain, user));
  }
}
