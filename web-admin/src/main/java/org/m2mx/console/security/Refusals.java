package org.m2mx.console.security;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.faces.FacesException;
import jakarta.faces.application.ViewExpiredException;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.AccessDeniedException;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;

/**
 * Answers what the registry refuses with 403, and what is not there any more with 404, on whatever
 * page it happens; with 403, and a line in the log, also a form that no page of its session has
 * made, be it forged or too old; and with 400 one that asks for what the page does not have. A
 * script that waits for an update of its page, from which no error is to be seen, is led to a page
 * that says so.
 */
class Refusals extends ExceptionHandlerWrapper {
  private static final Logger LOG = System.getLogger(Refusals.class.getName());
  private static final String OF_SUBSCRIBERS = "/my/";

  /** Tells the page of what is forbidden why it is. */
  private static final String EXPIRED = "expired";

  Refusals(ExceptionHandler wrapped) {
    super(wrapped);
  }

  /** Why, and what is said of it. */
  enum Refusal {
    FORBIDDEN(HttpServletResponse.SC_FORBIDDEN, "forbidden"),
    NOT_FOUND(HttpServletResponse.SC_NOT_FOUND, "not-found"),
    EXPIRED(HttpServletResponse.SC_FORBIDDEN, "expired"),
    UNCLEAR(HttpServletResponse.SC_BAD_REQUEST, "unclear");

    private final int status;
    private final String page;

    Refusal(int status, String page) {
      this.status = status;
      this.page = page;
    }
  }

  @Override
  public void handle() {
    var events = getUnhandledExceptionQueuedEvents().iterator();
    while (events.hasNext()) {
      var refusal = refusal(events.next().getContext().getException());
      if (refusal.isPresent()) {
        events.remove();
        answer(refusal.get());
      }
    }
    getWrapped().handle();
  }

  private static Optional<Refusal> refusal(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof AccessDeniedException) {
        return Optional.of(Refusal.FORBIDDEN);
      }
      if (cause instanceof NotFoundException) {
        return Optional.of(Refusal.NOT_FOUND);
      }
      if (cause instanceof ViewExpiredException) {
        return Optional.of(Refusal.EXPIRED);
      }
    }
    return Optional.empty();
  }

  /** Answers the request of this thread, which goes no further. */
  static void answer(Refusal refusal) {
    var faces = FacesContext.getCurrentInstance();
    var external = faces.getExternalContext();
    if (refusal == Refusal.EXPIRED) {
      ((HttpServletRequest) external.getRequest()).setAttribute(EXPIRED, true);
      log(
          (HttpServletRequest) external.getRequest(),
          "no page of this session made it, or too long ago");
    } else if (refusal == Refusal.UNCLEAR) {
      log((HttpServletRequest) external.getRequest(), "it turns to a page that no table has");
    }
    try {
      if (faces.getPartialViewContext().isAjaxRequest()) {
        external.redirect(external.getRequestContextPath() + page(refusal, external));
      } else {
        external.responseSendError(refusal.status, null);
      }
    } catch (IOException e) {
      throw new FacesException(e);
    }
    faces.responseComplete();
  }

  private static void log(HttpServletRequest request, String why) {
    LOG.log(
        Level.INFO,
        "Form refused, of {0}, to {1}, from {2}: {3}",
        CDI.current().select(Acting.class).get().current().map(Actor::name).orElse("nobody"),
        request.getRequestURI(),
        request.getRemoteAddr(),
        why);
  }

  // Operators' pages are not for subscribers, these neither: their own is loaded anew.
  private static String page(Refusal refusal, ExternalContext external) {
    return external.getRequestServletPath().startsWith(OF_SUBSCRIBERS)
        ? OF_SUBSCRIBERS
        : "/errors/" + refusal.page + ".xhtml";
  }
}
