package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.m2mx.console.form.Fits;
import org.m2mx.console.form.Form;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.problem.ProblemException;
import org.m2mx.registry.DomainName;
import org.m2mx.registry.Status;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** ISPs. Opening, changing and deleting them takes a key that is bound to none. */
@Path("/isps")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class IspResource {
  private final Isps isps;
  private final Once once;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public IspResource() {
    this(null, null);
  }

  /**
   * @param isps the ISPs
   * @param once answers repeated requests
   */
  @Inject
  public IspResource(Isps isps, Once once) {
    this.isps = isps;
    this.once = once;
  }

  /**
   * An ISP as programs see it.
   *
   * @param domain its first domain, which it is known by
   * @param domains all its domains, the first of them first
   * @param name what people call it
   * @param status ACTIVE or SUSPENDED
   * @param created when it was opened
   * @param subscriberLimit how many subscribers it may have; missing for any number
   */
  public record IspView(
      String domain,
      List<String> domains,
      String name,
      Status status,
      Instant created,
      Integer subscriberLimit) {
    static IspView of(Isp isp) {
      var limit = isp.subscriberLimit();
      return new IspView(
          isp.domain(),
          isp.domains(),
          isp.name(),
          isp.status(),
          isp.created(),
          limit.isPresent() ? limit.getAsInt() : null);
    }
  }

  /** The ISPs within reach of the key. */
  public record IspList(List<IspView> items) {}

  /** What it takes to open one; more domains if wanted, among which the first may be. */
  public record NewIsp(
      @NotNull @Fits(Form.DOMAIN) String domain,
      @NotNull @Fits(Form.ISP_NAME) String name,
      List<@Fits(Form.DOMAIN) String> domains) {}

  /**
   * What can be changed; what is missing stays. A limit of 0 is none. The domains are all it is to
   * have from now on; the first stays, named or not.
   */
  public record IspChange(
      List<@Fits(Form.DOMAIN) String> domains,
      @Fits(Form.ISP_NAME) String name,
      @Fits(Form.STATUS) String status,
      @PositiveOrZero Integer subscriberLimit) {}

  @GET
  @Does(value = "The ISPs within reach of the key.", gives = IspList.class)
  public IspList list() {
    return new IspList(isps.list().stream().map(IspView::of).toList());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Does(value = "Opens an ISP.", status = 201, gives = IspView.class)
  public Response open(NewIsp wanted) {
    return once.answer(
        wanted,
        () -> {
          var further = names(wanted.domains(), wanted.domain());
          var isp = inRoom(() -> isps.open(wanted.name(), wanted.domain(), further));
          return new Once.Made(201, "isps/" + isp.domain(), isp.mark(), IspView.of(isp));
        });
  }

  @GET
  @Path("/{domain}")
  @Does(value = "An ISP.", gives = IspView.class)
  public Response get(@PathParam("domain") String domain, @Context Request request) {
    var isp = isps.require(domain);
    return State.answer(request, isp.mark(), IspView.of(isp));
  }

  @PATCH
  @Path("/{domain}")
  @Transactional
  @Consumes({RecordBody.MERGE_PATCH, MediaType.APPLICATION_JSON})
  @Does(
      value =
          "Renames, limits, suspends or resumes an ISP, or says which domains it has; one that"
              + " subscribers are in stays.",
      gives = IspView.class)
  public Response change(
      @PathParam("domain") String domain,
      @HeaderParam("If-Match") String ifMatch,
      IspChange change) {
    State.wanted(ifMatch).ifPresent(marks -> isps.expect(domain, marks));
    var isp = isps.require(domain);
    // The path's domain may be one that goes now.
    var first = isp.domain();
    if (change.name() != null && !change.name().strip().equals(isp.name())) {
      isps.rename(first, change.name());
    }
    if (change.domains() != null) {
      replaceDomains(isp, change.domains());
    }
    if (change.subscriberLimit() != null) {
      int limit = change.subscriberLimit();
      isps.limit(first, limit == 0 ? OptionalInt.empty() : OptionalInt.of(limit));
    }
    if (change.status() != null && Status.valueOf(change.status()) != isp.status()) {
      if (isp.status() == Status.ACTIVE) {
        isps.suspend(first);
      } else {
        isps.resume(first);
      }
    }
    return Response.ok(IspView.of(isp)).tag(State.tag(isp.mark())).build();
  }

  private void replaceDomains(Isp isp, List<String> wanted) {
    var further = List.of(names(wanted, isp.domain()));
    var present = isp.domains();
    for (var one : present.subList(1, present.size())) {
      if (!further.contains(one)) {
        inRoom(() -> isps.removeDomain(isp.domain(), one));
      }
    }
    for (var one : further) {
      if (!present.contains(one)) {
        inRoom(() -> isps.addDomain(isp.domain(), one));
      }
    }
  }

  /** Domains are not as many as one likes, nor removed with somebody in them. */
  private static Isp inRoom(Supplier<Isp> change) {
    try {
      return change.get();
    } catch (IllegalStateException e) {
      throw new ProblemException(Kind.CONFLICT, e.getMessage() + '.');
    }
  }

  /** Domains in their normal form, each once, but for the first. */
  private static String[] names(List<String> domains, String first) {
    var all = domains == null ? List.<String>of() : domains;
    return all.stream()
        .map(DomainName::normalise)
        .distinct()
        .filter(one -> !one.equals(DomainName.normalise(first)))
        .toArray(String[]::new);
  }

  @DELETE
  @Path("/{domain}")
  @Transactional
  @Does(
      value = "Deletes a suspended ISP with its subscribers and all that is theirs.",
      status = 204)
  public void delete(@PathParam("domain") String domain, @HeaderParam("If-Match") String ifMatch) {
    State.wanted(ifMatch).ifPresent(marks -> isps.expect(domain, marks));
    try {
      isps.delete(domain);
    } catch (IllegalStateException e) {
      throw new ProblemException(Kind.CONFLICT, "Suspend the ISP before you delete it.");
    }
  }
}
