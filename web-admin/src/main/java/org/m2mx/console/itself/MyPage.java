package org.m2mx.console.itself;

import jakarta.faces.application.ViewExpiredException;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;
import org.m2mx.console.signin.SubscriberEntrance;
import org.m2mx.console.subscriber.ListsOfSubscriber;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.call.OwnCalls;
import org.m2mx.registry.permission.Permissions;

/** A subscriber's own account: its devices, who may call it, its calls. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class MyPage extends ListsOfSubscriber {
  private static final long serialVersionUID = 1L;
  private static final int CALLS = 50;

  private final Calls calls;
  private final Acting acting;
  private final SubscriberEntrance entrance;
  private final HttpServletRequest request;

  private String whose;
  private String after;
  private transient OwnCalls page;

  /** For the client proxy only. */
  protected MyPage() {
    this(null, null, null, null, null, null, null);
  }

  /**
   * @param permissions who may call it
   * @param devices where it is
   * @param calls what it called, and who called it
   * @param acting knows who it is
   * @param entrance where it leaves
   * @param request from which it leaves
   * @param texts what to say
   */
  @Inject
  public MyPage(
      Permissions permissions,
      Devices devices,
      Calls calls,
      Acting acting,
      SubscriberEntrance entrance,
      HttpServletRequest request,
      Texts texts) {
    super(permissions, devices, texts);
    this.calls = calls;
    this.acting = acting;
    this.entrance = entrance;
    this.request = request;
  }

  /**
   * Whose account it is.
   *
   * @throws ViewExpiredException when somebody else has signed in since the page was made
   */
  @Override
  public Aor getAor() {
    var self = acting.required().self();
    if (whose == null) {
      whose = self.toString();
    } else if (!whose.equals(self.toString())) {
      throw new ViewExpiredException("The page is another subscriber's", "/my/account.xhtml");
    }
    return self;
  }

  /** Some of its calls, the latest first. */
  public OwnCalls getCalls() {
    if (page == null) {
      page = calls.own(getAor(), position(), CALLS);
    }
    return page;
  }

  /** The query of the page with the calls before these. */
  public String getOlder() {
    var next = getCalls().next().orElseThrow();
    return "?after=" + next.begun() + "_" + next.id();
  }

  // Whatever is no position is the beginning: nothing but its own calls is behind any of them.
  private Optional<CallSearch.Position> position() {
    var separator = after == null ? -1 : after.indexOf('_');
    if (separator < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CallSearch.Position(
              Instant.parse(after.substring(0, separator)),
              UUID.fromString(after.substring(separator + 1))));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Signs out. */
  public String leave() {
    entrance.leave(request);
    return "/my/sign-in?faces-redirect=true";
  }

  public String getAfter() {
    return after;
  }

  public void setAfter(String after) {
    this.after = after;
  }
}
