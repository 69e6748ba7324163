package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.validation.constraints.NotNull;
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
import jakarta.ws.rs.core.UriBuilder;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.m2mx.console.account.ConsoleAddress;
import org.m2mx.console.form.Cursor;
import org.m2mx.console.form.Fits;
import org.m2mx.console.form.Form;
import org.m2mx.registry.Aor;
import org.m2mx.registry.DomainName;
import org.m2mx.registry.Status;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.subscriber.Subscribers;
import org.m2mx.registry.subscriber.Subscribers.Position;

/** An ISP's subscribers, and what they prove themselves with. */
@Path("/isps/{domain}/subscribers")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SubscriberResource {
  private final Isps isps;
  private final Subscribers subscribers;
  private final AccountLinks links;
  private final ConsoleAddress address;
  private final SecureRandom random;
  private final Parameters parameters;
  private final Once once;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public SubscriberResource() {
    this(null, null, null, null, null, null, null);
  }

  /**
   * @param isps whose subscribers they are
   * @param subscribers the subscribers
   * @param links hand accounts out
   * @param address where links lead
   * @param random where passwords come from
   * @param parameters what stands in the address
   * @param once answers repeated requests
   */
  @Inject
  public SubscriberResource(
      Isps isps,
      Subscribers subscribers,
      AccountLinks links,
      ConsoleAddress address,
      SecureRandom random,
      Parameters parameters,
      Once once) {
    this.isps = isps;
    this.subscribers = subscribers;
    this.links = links;
    this.address = address;
    this.random = random;
    this.parameters = parameters;
    this.once = once;
  }

  /**
   * A subscriber as programs see it.
   *
   * @param aor its address of record
   * @param user the user part, without escapes
   * @param domain which of its ISP's domains it is in; with the user it is its path
   * @param status its own: ACTIVE or SUSPENDED
   * @param served whether both it and its ISP are active
   * @param legacy whether it may use MD5
   * @param created when the account was opened
   * @param password only in the answer that made one: nobody can read it again
   */
  public record SubscriberView(
      String aor,
      String user,
      String domain,
      Status status,
      boolean served,
      boolean legacy,
      Instant created,
      String password) {
    static SubscriberView of(Subscriber subscriber) {
      return of(subscriber, null);
    }

    private static SubscriberView of(Subscriber subscriber, Password made) {
      return new SubscriberView(
          subscriber.aor().toString(),
          subscriber.aor().user(),
          subscriber.aor().domain(),
          subscriber.status(),
          subscriber.served(),
          subscriber.legacy(),
          subscriber.created(),
          made == null ? null : made.reveal());
    }
  }

  /**
   * Some subscribers.
   *
   * @param items in the order of their names
   * @param next the cursor of the next page; missing on the last
   */
  public record SubscriberList(List<SubscriberView> items, String next) {}

  /**
   * What it takes to open an account. Without a domain it is in that of the path, without a
   * password one is made.
   */
  public record NewSubscriber(
      @NotNull @Fits(Form.USER) String user,
      @Fits(Form.DOMAIN) String domain,
      @Fits(Form.PASSWORD) String password,
      Boolean legacy) {}

  /** What can be changed; what is missing stays. */
  public record SubscriberChange(@Fits(Form.STATUS) String status) {}

  /** Another password; without one, one is made. */
  public record NewCredential(@Fits(Form.PASSWORD) String password) {}

  /**
   * What a subscriber proves itself with.
   *
   * @param aor whose it is
   * @param password only if it was made here
   */
  public record CredentialView(String aor, String password) {}

  /** Nothing to say. */
  public record Empty() {}

  /**
   * A link that hands an account out, once.
   *
   * @param url the link itself, shown this once
   * @param expires when it stops working
   */
  public record LinkView(String url, Instant expires) {}

  @GET
  @Does(
      value = "An ISP's subscribers in the order of their names.",
      gives = SubscriberList.class,
      query = {"prefix", "limit", "cursor"})
  public SubscriberList list(@PathParam("domain") String domain) {
    var prefix = parameters.optional("prefix", Form.WORDS, String.class);
    var after =
        parameters
            .cursor(2)
            .map(
                cursor ->
                    new Position(
                        cursor.parts().get(0),
                        (Long) parameters.read("cursor", Form.NUMBER, cursor.parts().get(1))));
    var limit = parameters.limit();
    isps.require(domain);
    var page = subscribers.list(domain, prefix.orElse(""), after, limit);
    var last = page.size() < limit ? null : Position.of(page.get(page.size() - 1));
    return new SubscriberList(
        page.stream().map(SubscriberView::of).toList(),
        last == null ? null : Cursor.of(last.folded(), last.id()).toString());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Does(
      value =
          "Opens an account, in the domain of the path or in another of the ISP's. Without a"
              + " password one is made, and shown in the answer only.",
      status = 201,
      gives = SubscriberView.class)
  public Response open(@PathParam("domain") String domain, NewSubscriber wanted) {
    return once.answer(
        wanted,
        () -> {
          var aor = Parameters.aor(inDomain(domain, wanted.domain()), wanted.user());
          var made = wanted.password() == null ? Password.generate(random) : null;
          var password = made == null ? Password.of(wanted.password()) : made;
          var subscriber = subscribers.open(aor, password, Boolean.TRUE.equals(wanted.legacy()));
          return new Once.Made(
              201, path(aor), subscriber.mark(), SubscriberView.of(subscriber, made));
        });
  }

  private String inDomain(String path, String wanted) {
    if (wanted == null) {
      return path;
    }
    var name = DomainName.normalise(wanted);
    if (!isps.require(path).domains().contains(name)) {
      throw parameters.wrong("domain", "form.domain");
    }
    return name;
  }

  @GET
  @Path("/{user}")
  @Does(value = "A subscriber.", gives = SubscriberView.class)
  public Response get(
      @PathParam("domain") String domain,
      @PathParam("user") String user,
      @Context Request request) {
    var subscriber = subscribers.require(Parameters.aor(domain, user));
    return State.answer(request, subscriber.mark(), SubscriberView.of(subscriber));
  }

  @PATCH
  @Path("/{user}")
  @Transactional
  @Consumes({RecordBody.MERGE_PATCH, MediaType.APPLICATION_JSON})
  @Does(value = "Suspends or resumes a subscriber.", gives = SubscriberView.class)
  public Response change(
      @PathParam("domain") String domain,
      @PathParam("user") String user,
      @HeaderParam("If-Match") String ifMatch,
      SubscriberChange change) {
    var aor = Parameters.aor(domain, user);
    State.wanted(ifMatch).ifPresent(marks -> subscribers.expect(aor, marks));
    var subscriber = subscribers.require(aor);
    if (change.status() != null && Status.valueOf(change.status()) != subscriber.status()) {
      if (subscriber.status() == Status.ACTIVE) {
        subscribers.suspend(aor);
      } else {
        subscribers.resume(aor);
      }
    }
    return Response.ok(SubscriberView.of(subscriber)).tag(State.tag(subscriber.mark())).build();
  }

  @DELETE
  @Path("/{user}")
  @Transactional
  @Does(value = "Deletes a subscriber and every line anywhere that names it.", status = 204)
  public void delete(
      @PathParam("domain") String domain,
      @PathParam("user") String user,
      @HeaderParam("If-Match") String ifMatch) {
    var aor = Parameters.aor(domain, user);
    State.wanted(ifMatch).ifPresent(marks -> subscribers.expect(aor, marks));
    subscribers.delete(aor);
  }

  @POST
  @Path("/{user}/credential")
  @Consumes(MediaType.APPLICATION_JSON)
  @Does(
      value =
          "Replaces the password. Without one, one is made, and shown in the answer only; devices"
              + " with the old one cannot register any more.",
      gives = CredentialView.class)
  public Response reset(
      @PathParam("domain") String domain, @PathParam("user") String user, NewCredential wanted) {
    var aor = Parameters.aor(domain, user);
    return once.answer(
        wanted,
        () -> {
          var made = wanted.password() == null ? Password.generate(random) : null;
          subscribers.resetCredential(aor, made == null ? Password.of(wanted.password()) : made);
          return new Once.Made(
              200,
              null,
              null,
              new CredentialView(aor.toString(), made == null ? null : made.reveal()));
        });
  }

  @POST
  @Path("/{user}/link")
  @Consumes(MediaType.APPLICATION_JSON)
  @Does(
      value = "Makes a link that hands the account out, once; an earlier one stops working.",
      status = 201,
      gives = LinkView.class)
  public Response link(
      @PathParam("domain") String domain, @PathParam("user") String user, Empty nothing) {
    var aor = Parameters.aor(domain, user);
    return once.answer(
        nothing,
        () -> {
          var url = address.of("/account/" + links.issue(aor).reveal());
          var expires = links.pending(aor).orElseThrow().expires();
          return new Once.Made(201, null, null, new LinkView(url, expires));
        });
  }

  @DELETE
  @Path("/{user}/link")
  @Does(value = "Takes the link back, if there is one.", status = 204)
  public void withdraw(@PathParam("domain") String domain, @PathParam("user") String user) {
    links.withdraw(Parameters.aor(domain, user));
  }

  private static String path(Aor aor) {
    return UriBuilder.fromPath("isps/{domain}/subscribers/{user}")
        .build(aor.domain(), aor.user())
        .toString();
  }
}
