package org.m2mx.console.openid;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.m2mx.registry.guard.AddressBlock;
import org.m2mx.registry.limit.RateLimit;

/**
 * Lets each source set out to the provider and come back so often. A browser can make up an attempt
 * all by itself, and each that comes back has the server ask the provider, or write a line into its
 * log. Where there is no provider, there is no way to it.
 */
@WebFilter(urlPatterns = "/openid/*")
public class AttemptLimit extends HttpFilter {
  /** Of both ways together: half as many people a minute. */
  static final int REQUESTS_A_MINUTE = 60;

  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;

  private final transient OpenIdSettings settings;
  private final transient RateLimit limit;

  /**
   * @param settings say whether there is a provider
   * @param clock tells the time
   */
  @Inject
  public AttemptLimit(OpenIdSettings settings, Clock clock) {
    this.settings = settings;
    this.limit = new RateLimit(REQUESTS_A_MINUTE, Duration.ofMinutes(1), clock);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!settings.isOn()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    var wait = limit.ask(source(request.getRemoteAddr()));
    if (wait.isZero()) {
      chain.doFilter(request, response);
    } else {
      response.setHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
      response.sendError(TOO_MANY_REQUESTS);
    }
  }

  /** All that one sender has without effort; what a proxy calls it, if that is no address. */
  static String source(String address) {
    try {
      return AddressBlock.around(address.replaceFirst("%.*", "")).toString();
    } catch (IllegalArgumentException noAddress) {
      return address;
    }
  }
}
