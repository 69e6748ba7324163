package org.m2mx.console.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.Aor;
import org.m2mx.registry.DataFolder;
import org.m2mx.registry.credential.Password;

/** Makes account files: the same server and trust anchor in each. */
@ApplicationScoped
public class AccountFiles {
  private final String server;
  private final Optional<Path> trustAnchor;
  private final DataFolder data;

  /** For the client proxy only. */
  protected AccountFiles() {
    this("", Optional.empty(), null);
  }

  /**
   * @param server {@code m2mx.account.server}: where devices find the server, {@code host:port}; by
   *     default the name that the SIP listener's own certificate is made for, and its port
   * @param host {@code jboss.qualified.host.name}, which WildFly sets to this machine's name
   * @param port where the SIP listener is
   * @param trustAnchor {@code m2mx.account.trust-anchor}: a PEM file with the certificates that
   *     devices are to trust
   * @param certificate {@code sip.tls.certificate}: the SIP listener's certificate file, which is
   *     the trust anchor unless told otherwise
   * @param data where that certificate is unless told otherwise
   */
  @Inject
  public AccountFiles(
      @ConfigProperty(name = "m2mx.account.server") Optional<String> server,
      @ConfigProperty(name = "jboss.qualified.host.name", defaultValue = "localhost") String host,
      SipPort port,
      @ConfigProperty(name = "m2mx.account.trust-anchor") Optional<String> trustAnchor,
      @ConfigProperty(name = "sip.tls.certificate") Optional<String> certificate,
      DataFolder data) {
    this(
        server.orElseGet(() -> host + ':' + port.number()),
        trustAnchor.or(() -> certificate).map(Path::of),
        data);
  }

  private AccountFiles(String server, Optional<Path> trustAnchor, DataFolder data) {
    this.server = server;
    this.trustAnchor = trustAnchor;
    this.data = data;
  }

  /**
   * The account file of a subscriber.
   *
   * @throws AccountException when the server's name or certificate is not to be had
   */
  public AccountFile of(Aor aor, Password password) throws AccountException {
    return new AccountFile(aor, password, checked(server), TrustAnchor.read(anchor()));
  }

  /**
   * Makes sure that an account file can be made.
   *
   * @throws AccountException when the server's name or certificate is not to be had
   */
  public void check() throws AccountException {
    checked(server);
    TrustAnchor.read(anchor());
  }

  private Path anchor() {
    return trustAnchor.orElseGet(() -> data.resolve("tls/certificate.pem"));
  }

  private static String checked(String hostAndPort) throws AccountException {
    try {
      var uri = new URI("sip://" + hostAndPort);
      if (uri.getHost() != null
          && hostAndPort.equals(uri.getRawAuthority())
          && uri.getUserInfo() == null) {
        return hostAndPort;
      }
    } catch (URISyntaxException e) {
      throw notAServer(hostAndPort, e);
    }
    throw notAServer(hostAndPort, null);
  }

  private static AccountException notAServer(String value, Throwable cause) {
    return new AccountException(
        "m2mx.account.server is \"%s\", which is not host:port such as sip.m2m-x.example:5061 or [2001:db8::1]:5061"
            .formatted(value),
        cause);
  }
}
