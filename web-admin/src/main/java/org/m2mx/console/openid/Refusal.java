package org.m2mx.console.openid;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Why a browser does not get in by the provider. */
public enum Refusal {
  /** No operator has that name, or it is suspended. */
  UNKNOWN(HttpServletResponse.SC_FORBIDDEN),
  /** The first administrator's name, for which no provider vouches. */
  BY_PASSWORD_ONLY(HttpServletResponse.SC_FORBIDDEN),
  /** The browser has not set out for this answer, or too long ago, or has used it before. */
  NOT_EXPECTED(HttpServletResponse.SC_BAD_REQUEST),
  /** The provider did not let the person in. */
  DENIED(HttpServletResponse.SC_FORBIDDEN),
  /** The provider cannot be asked, or not be believed. */
  UNAVAILABLE(HttpServletResponse.SC_BAD_GATEWAY);

  private static final String PAGE = "/sign-in-refused.xhtml";

  private final int status;

  Refusal(int status) {
    this.status = status;
  }

  /**
   * Shows the page that says so.
   *
   * @param name what the provider calls the person; null when it has not said
   */
  void show(HttpServletRequest request, HttpServletResponse response, String name)
      throws ServletException, IOException {
    request.setAttribute("refusal", name());
    request.setAttribute("refusedName", name);
    response.setStatus(status);
    request.getRequestDispatcher(PAGE).forward(request, response);
  }
}
