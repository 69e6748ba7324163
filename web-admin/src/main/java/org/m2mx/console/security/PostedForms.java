package org.m2mx.console.security;

import jakarta.faces.component.UIViewRoot;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.PhaseEvent;
import jakarta.faces.event.PhaseId;
import jakarta.faces.event.PhaseListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.m2mx.console.security.Refusals.Refusal;
import org.primefaces.component.datatable.DataTable;
import org.primefaces.context.PrimeFacesContext;
import org.primefaces.csp.CspException;

/**
 * Refuses, before any of its values is looked at, a form that is not the page's that it says it is
 * of. PrimeFaces would find that out too, but when it writes its answer: after the form was heard,
 * and with an answer that says only that the server has failed.
 */
public class PostedForms implements PhaseListener {
  private static final long serialVersionUID = 1L;
  private static final String TURNED = "_pagination";

  /** For the container. */
  public PostedForms() {}

  @Override
  public PhaseId getPhaseId() {
    return PhaseId.RESTORE_VIEW;
  }

  @Override
  public void afterPhase(PhaseEvent event) {
    var faces = event.getFacesContext();
    if (!faces.isPostback() || faces.getResponseComplete() || isRefused(faces)) {
      return;
    }
    if (!hasNonce(faces)) {
      Refusals.answer(Refusal.EXPIRED);
    } else if (!turnsPages(faces)) {
      Refusals.answer(Refusal.UNCLEAR);
    }
  }

  /** Whether its page is not there at all, which is answered elsewhere. */
  private static boolean isRefused(FacesContext faces) {
    return faces.getViewRoot() == null
        || faces.getExceptionHandler().getUnhandledExceptionQueuedEvents().iterator().hasNext();
  }

  /** Whether it came with the nonce that the page was given when it was made. */
  private static boolean hasNonce(FacesContext faces) {
    try {
      PrimeFacesContext.getCspState(faces).getNonce();
      return true;
    } catch (CspException e) {
      return false;
    }
  }

  /**
   * Whether each table that is to turn a page is there and can. The page that says that it cannot
   * is made of the same request, and has no table.
   */
  private static boolean turnsPages(FacesContext faces) {
    var request = (HttpServletRequest) faces.getExternalContext().getRequest();
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      return true;
    }
    var parameters = faces.getExternalContext().getRequestParameterMap();
    return parameters.keySet().stream()
        .filter(name -> name.endsWith(TURNED))
        .map(name -> name.substring(0, name.length() - TURNED.length()))
        .allMatch(table -> turns(table, parameters, faces.getViewRoot()));
  }

  private static boolean turns(String table, Map<String, String> parameters, UIViewRoot view) {
    var rows = parameters.get(table + "_rows");
    try {
      return view.findComponent(table) instanceof DataTable found
          && Integer.parseInt(parameters.get(table + "_first")) >= 0
          && (rows == null || rows.equals(Integer.toString(found.getRows())));
    } catch (IllegalArgumentException e) {
      // No number, or the name of nothing that there is.
      return false;
    }
  }
}
