package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;

/** Who is signed in. */
@Named
@RequestScoped
public class SignedIn {
  private static final String FIRST_PAGE = "/isps?faces-redirect=true";

  private final HttpServletRequest request;

  /** For the client proxy only. */
  protected SignedIn() {
    this(null);
  }

  /**
   * @param request the request, which the server has authenticated
   */
  @Inject
  public SignedIn(HttpServletRequest request) {
    this.request = request;
  }

  /** The operator's name; null on the way to signing in. */
  public String getName() {
    return request.getRemoteUser();
  }

  /** Leads on from the sign-in page whoever is signed in already; stays there otherwise. */
  public String moveOn() {
    return getName() == null ? null : FIRST_PAGE;
  }

  /** Ends the session and leads back to the sign-in page. */
  public String signOut() throws ServletException {
    request.logout();
    FacesContext.getCurrentInstance().getExternalContext().invalidateSession();
    return FIRST_PAGE;
  }
}
