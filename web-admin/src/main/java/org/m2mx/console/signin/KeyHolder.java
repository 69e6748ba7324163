package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import org.m2mx.registry.api.ApiKey;
import org.m2mx.registry.credential.Token;

/** The key that this request came with. */
@RequestScoped
public class KeyHolder {
  private static final String TOKEN = KeyHolder.class.getName() + ".token";
  private static final String KEY = KeyHolder.class.getName() + ".key";

  private final HttpServletRequest request;

  /** For the client proxy only. */
  protected KeyHolder() {
    this(null);
  }

  /**
   * @param request a request that {@link KeyGate} has let through
   */
  @Inject
  public KeyHolder(HttpServletRequest request) {
    this.request = request;
  }

  static void remember(HttpServletRequest request, Token token, ApiKey key) {
    request.setAttribute(TOKEN, token);
    request.setAttribute(KEY, key);
  }

  /** What the program has shown. */
  public Token token() {
    return (Token) request.getAttribute(TOKEN);
  }

  /** What it opens. */
  public ApiKey key() {
    return (ApiKey) request.getAttribute(KEY);
  }
}
