package org.m2mx.console.signin;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.Operators;

/** Leads an operator with a one-time password to the page where it is changed, and nowhere else. */
@WebFilter(urlPatterns = "*.xhtml")
public class OneTimePasswordGate extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String PASSWORD_PAGE = "/password.xhtml";
  private static final String RESOURCES = "/jakarta.faces.resource/";

  private final transient Operators operators;

  /**
   * @param operators who has to change the password
   */
  @Inject
  public OneTimePasswordGate(Operators operators) {
    this.operators = operators;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (leadsAstray(request) && hasOneTimePassword(request.getRemoteUser())) {
      response.sendRedirect(request.getContextPath() + PASSWORD_PAGE);
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean leadsAstray(HttpServletRequest request) {
    var path = request.getServletPath();
    return !path.equals(PASSWORD_PAGE) && !path.startsWith(RESOURCES);
  }

  private boolean hasOneTimePassword(String name) {
    return name != null && operators.find(name).map(Operator::mustChangePassword).orElse(false);
  }
}
