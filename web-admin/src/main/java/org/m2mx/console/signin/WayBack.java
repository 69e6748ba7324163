package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

/** Where a page that says what went wrong leads: subscribers to their own pages. */
@Named
@RequestScoped
public class WayBack {
  private final HttpServletRequest request;

  /** For the client proxy only. */
  protected WayBack() {
    this(null);
  }

  /**
   * @param request in which something went wrong
   */
  @Inject
  public WayBack(HttpServletRequest request) {
    this.request = request;
  }

  /** The first page of whoever asked. */
  public String getHome() {
    var asked = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    var path = asked == null ? request.getRequestURI() : asked.toString();
    var console = request.getContextPath();
    var subscribers =
        path.startsWith(console + SubscriberGate.PATH + '/')
            || path.startsWith(console + "/account");
    return console + (subscribers ? SubscriberGate.PATH + '/' : "/");
  }
}
