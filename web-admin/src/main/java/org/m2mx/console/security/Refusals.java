package org.m2mx.console.security;

import jakarta.faces.FacesException;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.FacesContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.access.AccessDeniedException;

/**
 * Answers what the registry refuses with 403, and what is not there any more with 404, on whatever
 * page it happens.
 */
class Refusals extends ExceptionHandlerWrapper {
  Refusals(ExceptionHandler wrapped) {
    super(wrapped);
  }

  @Override
  public void handle() {
    var events = getUnhandledExceptionQueuedEvents().iterator();
    while (events.hasNext()) {
      var status = status(events.next().getContext().getException());
      if (status.isPresent()) {
        events.remove();
        answer(status.get());
      }
    }
    getWrapped().handle();
  }

  private static Optional<Integer> status(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof AccessDeniedException) {
        return Optional.of(HttpServletResponse.SC_FORBIDDEN);
      }
      if (cause instanceof NotFoundException) {
        return Optional.of(HttpServletResponse.SC_NOT_FOUND);
      }
    }
    return Optional.empty();
  }

  private static void answer(int status) {
    var faces = FacesContext.getCurrentInstance();
    var external = faces.getExternalContext();
    try {
      if (faces.getPartialViewContext().isAjaxRequest()) {
        // The script on the page can do nothing with a status: it is led to the page that says so.
        var page = status == HttpServletResponse.SC_FORBIDDEN ? "forbidden" : "not-found";
        external.redirect(external.getRequestContextPath() + "/errors/" + page + ".xhtml");
      } else {
        external.responseSendError(status, null);
      }
    } catch (IOException e) {
      throw new FacesException(e);
    }
    faces.responseComplete();
  }
}
