package org.m2mx.console.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * What a browser sends with a form. WEB-INF/undertow-handlers.conf has refused before where the
 * server would read it ahead of every filter, or for nobody: files, but on the page of imports, and
 * more than a name and a password at the sign-in, so little that it cannot have too many fields.
 */
final class FormBody {
  private static final Logger LOG = System.getLogger(FormBody.class.getName());

  private FormBody() {}

  /**
   * Answers 400 where the server cannot make fields of what was sent: it is torn, or has too many.
   * Without a page that says so, for which the server would read it once more.
   *
   * @return whether it has been answered
   */
  static boolean isRefused(HttpServletRequest request, HttpServletResponse response) {
    try {
      request.getParameterMap();
      return false;
    } catch (RuntimeException e) {
      LOG.log(
          Level.INFO,
          "Form refused, to {0}, from {1}: {2}",
          request.getRequestURI(),
          request.getRemoteAddr(),
          e.getMessage());
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
      return true;
    }
  }
}
