package org.m2mx.console.rest;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import org.m2mx.console.language.RequestLanguage;

/**
 * The page on which the API is tried: Swagger UI, which speaks English only, with a page in the
 * console's languages and a first script of our own. It holds nothing of anybody, and asks for a
 * key like any program.
 */
@WebServlet(urlPatterns = TryServlet.PATH + "/*")
public class TryServlet extends HttpServlet {
  /** Where it is, below the console. */
  public static final String PATH = "/api/ui";

  /** What its files may do: scripts and styles are its own, and it talks to this server only. */
  public static final String POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " connect-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self';"
          + " style-src-attr 'unsafe-inline'";

  private static final long serialVersionUID = 1L;
  private static final Map<String, String> TYPES =
      Map.of(
          "/", "text/html;charset=UTF-8",
          "/start.js", "text/javascript;charset=UTF-8",
          "/page.css", "text/css;charset=UTF-8",
          "/swagger-ui.css", "text/css;charset=UTF-8",
          "/swagger-ui-bundle.js", "text/javascript;charset=UTF-8");

  /** For the container. */
  public TryServlet() {}

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var file = request.getPathInfo();
    if (file == null) {
      response.sendRedirect(request.getContextPath() + PATH + '/');
      return;
    }
    var type = TYPES.get(file);
    if (type == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    response.setContentType(type);
    try (var in = open(file.equals("/") ? page(request) : file.substring(1))) {
      in.transferTo(response.getOutputStream());
    }
  }

  private static String page(HttpServletRequest request) {
    return RequestLanguage.of(request).equals(Locale.JAPANESE) ? "index_ja.html" : "index.html";
  }

  private static InputStream open(String name) {
    var in = TryServlet.class.getResourceAsStream("ui/" + name);
    if (in == null) {
      throw new IllegalStateException(name + " is missing");
    }
    return in;
  }
}
