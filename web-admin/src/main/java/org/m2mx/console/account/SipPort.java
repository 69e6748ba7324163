package org.m2mx.console.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The port where this server's first listener for SIP over TLS is. */
@ApplicationScoped
public class SipPort {
  private static final int SIPS = 5061;
  private static final Pattern TLS_LISTENER =
      Pattern.compile("(?i)(?:^|,)\\s*tls://(?:\\[[^]]*]|[^:,\\[]+)(?::(\\d{1,5}))?\\s*(?=,|$)");

  private final int number;

  /** For the client proxy only. */
  protected SipPort() {
    number = SIPS;
  }

  /**
   * @param listen {@code sip.listen}: where the SIP container listens
   * @param sipOffset {@code sip.port-offset}: what it adds to each port
   * @param serverOffset {@code jboss.socket.binding.port-offset}: what it adds unless told
   *     otherwise
   */
  @Inject
  public SipPort(
      @ConfigProperty(name = "sip.listen") Optional<String> listen,
      @ConfigProperty(name = "sip.port-offset") Optional<Integer> sipOffset,
      @ConfigProperty(name = "jboss.socket.binding.port-offset", defaultValue = "0")
          int serverOffset) {
    number = firstTlsPort(listen.orElse("")) + sipOffset.orElse(serverOffset);
  }

  /** The port number. */
  public int number() {
    return number;
  }

  private static int firstTlsPort(String listen) {
    var listener = TLS_LISTENER.matcher(listen);
    return listener.find() && listener.group(1) != null
        ? Integer.parseInt(listener.group(1))
        : SIPS;
  }
}
