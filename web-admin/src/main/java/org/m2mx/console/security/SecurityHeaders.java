package org.m2mx.console.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.m2mx.console.rest.TryServlet;

/**
 * Headers of every response. The content security policy of pages is PrimeFaces' ({@code
 * primefaces.CSP_POLICY} in web.xml), for it makes the nonces; what has none of its own gets one
 * that allows nothing. It comes before all other filters, which web.xml sees to: what they answer
 * themselves has the headers too.
 */
public class SecurityHeaders extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String RESOURCES = "/jakarta.faces.resource/";
  private static final String POLICY = "Content-Security-Policy";
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("Strict-Transport-Security", "max-age=31536000");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    if (!response.containsHeader("Referrer-Policy")) {
      response.setHeader("Referrer-Policy", "same-origin");
    }
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    response.setHeader(
        POLICY, request.getServletPath().equals(TryServlet.PATH) ? TryServlet.POLICY : NOTHING);
    if (!request.getServletPath().startsWith(RESOURCES)) {
      response.setHeader("Cache-Control", "no-store");
    }
    chain.doFilter(request, new OnePolicy(response));
  }

  /** PrimeFaces adds its policy; a browser would keep to both. */
  private static final class OnePolicy extends HttpServletResponseWrapper {
    private OnePolicy(HttpServletResponse response) {
      super(response);
    }

    @Override
    public void addHeader(String name, String value) {
      if (name.equalsIgnoreCase(POLICY)) {
        setHeader(name, value);
      } else {
        super.addHeader(name, value);
      }
    }
  }
}
