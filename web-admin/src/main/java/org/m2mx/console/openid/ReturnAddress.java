package org.m2mx.console.openid;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import org.m2mx.console.account.ConsoleAddress;

/** Where the provider sends browsers to, as it has been told when it got to know the console. */
@ApplicationScoped
public class ReturnAddress {
  private final OpenIdSettings settings;
  private final ConsoleAddress address;

  /** For the client proxy only. */
  protected ReturnAddress() {
    this(null, null);
  }

  /**
   * @param settings may say it
   * @param address where the browser sees the console, which holds otherwise
   */
  @Inject
  public ReturnAddress(OpenIdSettings settings, ConsoleAddress address) {
    this.settings = settings;
    this.address = address;
  }

  /** After signing in. */
  public URI callback() {
    return settings.callback().orElseGet(() -> URI.create(address.seen(CallbackServlet.PATH)));
  }

  /** After signing out: the console's first page. */
  public URI home() {
    var callback = callback().toString();
    return URI.create(
        callback.substring(0, callback.length() - CallbackServlet.PATH.length()) + '/');
  }
}
