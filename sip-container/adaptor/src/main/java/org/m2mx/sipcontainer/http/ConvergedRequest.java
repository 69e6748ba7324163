package org.m2mx.sipcontainer.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;

/** A request whose session is a {@link javax.servlet.sip.ConvergedHttpSession}. */
final class ConvergedRequest extends HttpServletRequestWrapper {
  private final HttpSessions sessions;

  ConvergedRequest(HttpServletRequest request, HttpSessions sessions) {
    super(request);
    this.sessions = sessions;
  }

  @Override
  public HttpSession getSession() {
    return getSession(true);
  }

  @Override
  public HttpSession getSession(boolean create) {
    HttpSession session = super.getSession(create);
    return session == null ? null : sessions.converged(session, (HttpServletRequest) getRequest());
  }
}
