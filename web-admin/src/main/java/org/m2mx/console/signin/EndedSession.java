package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Whether a sign-in page comes unasked for. Browsers keep the key of a session that has ended by
 * itself; of one that somebody has signed out of, they are told to forget it.
 */
@Named
@RequestScoped
public class EndedSession {
  private final HttpServletRequest request;

  /** For the client proxy only. */
  protected EndedSession() {
    this(null);
  }

  /**
   * @param request for whatever led to the sign-in page
   */
  @Inject
  public EndedSession(HttpServletRequest request) {
    this.request = request;
  }

  /** Whether the browser comes with a session that is there no longer. */
  public boolean isEnded() {
    return request.getRequestedSessionId() != null && !request.isRequestedSessionIdValid();
  }
}
