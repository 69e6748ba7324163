package org.m2mx.sipcontainer.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.m2mx.sipcontainer.stack.SessionLocks;

/**
 * Lets HTTP servlets see the application sessions of their application. An application session that
 * a request works on is no other thread's until the request is done.
 */
public final class ConvergedFilter implements Filter {
  private final HttpSessions sessions;

  /** Serves the web application these sessions are of. */
  public ConvergedFilter(HttpSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    SessionLocks.Scope scope = SessionLocks.open();
    try {
      chain.doFilter(
          request instanceof HttpServletRequest http
              ? new ConvergedRequest(http, sessions)
              : request,
          response);
    } finally {
      scope.close();
    }
  }
}
