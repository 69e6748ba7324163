package org.m2mx.console.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What a monitoring system shows to get the figures. */
@ApplicationScoped
public class MetricsToken {
  /** The key it is set by. */
  static final String KEY = "m2mx.metrics.token";

  private static final Logger LOG = System.getLogger(MetricsToken.class.getName());

  /** What a header can carry (RFC 6750 section 2.1), and nobody guesses. */
  private static final Pattern GOOD = Pattern.compile("[A-Za-z0-9._~+/-]{24,512}=*");

  private final Optional<byte[]> token;

  /** For the client proxy only. */
  protected MetricsToken() {
    token = Optional.empty();
  }

  /**
   * @param token {@code m2mx.metrics.token}: 24 characters or more; none for no figures
   * @throws IllegalArgumentException when it is shorter, or no header can carry it; it is not in
   *     the message
   */
  @Inject
  public MetricsToken(@ConfigProperty(name = KEY) Optional<String> token) {
    if (token.isPresent() && !GOOD.matcher(token.get()).matches()) {
      throw new IllegalArgumentException(
          KEY
              + " cannot be used: give 24 to 512 letters, digits and -._~+/, such as those that"
              + " 'openssl rand -base64 32' makes");
    }
    this.token = token.map(text -> text.getBytes(UTF_8));
  }

  /** Has a token that cannot be used stop the deployment, not the first who asks. */
  void look(@Observes @Initialized(ApplicationScoped.class) Object start) {
    LOG.log(
        Level.INFO,
        isSet() ? "Figures are offered at {0}" : "No figures at {0}: {1} is not set",
        MetricsServlet.PATH,
        KEY);
  }

  /** Whether anybody gets figures. */
  boolean isSet() {
    return token.isPresent();
  }

  /** Whether this is it; how long that takes to say does not tell how much of it was right. */
  boolean is(String shown) {
    return token.isPresent() && MessageDigest.isEqual(token.get(), shown.getBytes(UTF_8));
  }
}
