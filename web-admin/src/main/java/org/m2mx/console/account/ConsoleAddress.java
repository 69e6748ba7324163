package org.m2mx.console.account;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the console is, as those see it who get a link to it. */
@RequestScoped
public class ConsoleAddress {
  private final HttpServletRequest request;
  private final Optional<String> configured;

  /** For the client proxy only. */
  protected ConsoleAddress() {
    this(null, Optional.empty());
  }

  /**
   * @param request says where the operator sees it, which holds unless told otherwise
   * @param configured {@code m2mx.console.url}: where subscribers see it
   */
  @Inject
  public ConsoleAddress(
      HttpServletRequest request,
      @ConfigProperty(name = "m2mx.console.url") Optional<String> configured) {
    this.request = request;
    this.configured = configured;
  }

  /**
   * The address of something in it.
   *
   * @param path begins with a slash
   */
  public String of(String path) {
    return configured.map(url -> url.replaceAll("/+$", "") + path).orElseGet(() -> seen(path));
  }

  /**
   * The address of something in it, as whoever asks now sees it, whatever subscribers do.
   *
   * @param path begins with a slash
   */
  public String seen(String path) {
    var url = URI.create(request.getRequestURL().toString());
    return url.getScheme() + "://" + url.getRawAuthority() + request.getContextPath() + path;
  }
}
