package org.m2mx.sipcontainer.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;

/**
 * Every setting of the container, read and checked once when the first SIP application starts.
 *
 * @param listen where to listen, wildcards not yet expanded, port offset already added
 * @param domains host names and domains that mean this server
 * @param tls what TLS uses
 * @param webSocket what WebSockets use
 * @param workers most threads that run applications
 * @param maxMessageSize largest message taken on a stream, in bytes
 * @param maxConnections most connections open at once
 * @param maxConnectionsPerSource most connections open from one address or IPv6 /64; zero means any
 * @param idleTimeout after which a silent connection is closed; zero means never
 * @param messageTimeout for a message to arrive whole, and for a connection's first one
 * @param handshakeTimeout for a connection to finish its handshakes, TLS and WebSocket
 * @param maxHandshakes most handshakes under way at once
 * @param queueDelay the longest that work may wait for a thread before new work is refused
 * @param dnsServers name servers to ask; empty means the system's
 * @param dnsTimeout for one look-up of a name, with all its questions
 * @param routerFile what the default application router reads; empty when there is none
 * @param routerProvider class that provides an application router instead; empty when there is none
 * @param digestAlgorithms offered to callers whose name is asked for, in this order
 * @param nonceLifetime how long a nonce of such a challenge may be used
 */
public record SipSettings(
    List<ListenAddress> listen,
    Set<String> domains,
    TlsSettings tls,
    WebSocketSettings webSocket,
    int workers,
    int maxMessageSize,
    int maxConnections,
    int maxConnectionsPerSource,
    Duration idleTimeout,
    Duration messageTimeout,
    Duration handshakeTimeout,
    int maxHandshakes,
    Duration queueDelay,
    List<InetSocketAddress> dnsServers,
    Duration dnsTimeout,
    Optional<Path> routerFile,
    Optional<String> routerProvider,
    List<DigestAlgorithm> digestAlgorithms,
    Duration nonceLifetime) {

  /** Comma list of {@code transport://host:port}. Default {@code tls://[::]:5061}. */
  public static final String LISTEN = "sip.listen";

  /**
   * Number added to each port of {@link #LISTEN}. Default {@code jboss.socket.binding.port-offset},
   * else 0.
   */
  public static final String PORT_OFFSET = "sip.port-offset";

  /** Comma list of host names and domains that mean this server. Default none. */
  public static final String DOMAINS = "sip.domains";

  /** Most threads that run SIP applications, 1 to 1024. Default 8 per processor. */
  public static final String WORKERS = "sip.workers";

  /** Largest message over a connection in bytes, 4096 to 16777216. Default 65536. */
  public static final String MAX_MESSAGE_SIZE = "sip.max-message-size";

  /** Most connections open at once, 1 to 1000000. Default 50000. */
  public static final String MAX_CONNECTIONS = "sip.max-connections";

  /**
   * Most connections open at once from one IPv4 address or IPv6 /64, 1 to 1000000; 0 means any
   * number. Default 1000.
   */
  public static final String MAX_CONNECTIONS_PER_SOURCE = "sip.max-connections-per-source";

  /**
   * Seconds for a message on a stream to arrive whole, for the first one to come, and for a peer to
   * read what it is sent, 1 to 3600. Default 30.
   */
  public static final String MESSAGE_TIMEOUT = "sip.message-timeout";

  /**
   * Milliseconds that work may wait for a thread until requests that begin something are refused
   * with 503, 10 to 10000. Default 200.
   */
  public static final String OVERLOAD_QUEUE_DELAY = "sip.overload.queue-delay";

  /**
   * Comma list of the name servers' addresses, with or without a port. Default those of the system,
   * with its hosts file.
   */
  public static final String DNS_SERVERS = "sip.dns.servers";

  /** Seconds for the look-up of a name with all its questions, 1 to 30. Default 5. */
  public static final String DNS_TIMEOUT = "sip.dns.timeout";

  /** Seconds of silence after which a connection is closed; 0 means never. Default 7200. */
  public static final String IDLE_TIMEOUT = "sip.idle-timeout";

  /**
   * PEM file of the server's certificate chain. Default {@code <data
   * folder>/sip/tls/certificate.pem}.
   */
  public static final String TLS_CERTIFICATE = "sip.tls.certificate";

  /** PEM file of the certificate's key. Default {@code <data folder>/sip/tls/private-key.pem}. */
  public static final String TLS_PRIVATE_KEY = "sip.tls.private-key";

  /** PKCS12 file instead of the two PEM files. Default none. */
  public static final String TLS_KEY_STORE = "sip.tls.key-store";

  /** Password of {@link #TLS_KEY_STORE}. */
  public static final String TLS_KEY_STORE_PASSWORD = "sip.tls.key-store-password";

  /** PEM or PKCS12 file of the trust anchors. Default the Java runtime's. */
  public static final String TLS_TRUST = "sip.tls.trust";

  /** Password of a PKCS12 {@link #TLS_TRUST}. */
  public static final String TLS_TRUST_PASSWORD = "sip.tls.trust-password";

  /** {@code none}, {@code want} or {@code need}. Default {@code none}. */
  public static final String TLS_CLIENT_AUTH = "sip.tls.client-auth";

  /** Comma list of TLS versions. Default {@code TLSv1.3,TLSv1.2}; nothing older is accepted. */
  public static final String TLS_PROTOCOLS = "sip.tls.protocols";

  /** Comma list of cipher suites. Default and limit: {@link #MODERN_CIPHER_SUITES}. */
  public static final String TLS_CIPHER_SUITES = "sip.tls.cipher-suites";

  /** Comma list of DNS names and addresses for a self-signed certificate. Default none. */
  public static final String TLS_SELF_SIGNED_HOSTS = "sip.tls.self-signed-hosts";

  /** Seconds for a TLS and a WebSocket handshake, 1 to 300. Default 10. */
  public static final String TLS_HANDSHAKE_TIMEOUT = "sip.tls.handshake-timeout";

  /** Seconds between looks at whether the TLS files have changed, 1 to 86400. Default 10. */
  public static final String TLS_RELOAD_INTERVAL = "sip.tls.reload-interval";

  /** Most handshakes, TLS and WebSocket, under way at once, 1 to 100000. Default 1000. */
  public static final String TLS_MAX_HANDSHAKES = "sip.tls.max-handshakes";

  /**
   * Comma list of the web origins, such as {@code https://phone.example.org}, whose pages may open
   * WebSockets; {@code *} means all. Default none. Who names no origin is no browser and may.
   */
  public static final String WEBSOCKET_ORIGINS = "sip.websocket.origins";

  /**
   * Seconds of silence after which a WebSocket's peer is sent a ping, 1 to 86400; 0 means never.
   * Default 60.
   */
  public static final String WEBSOCKET_PING_INTERVAL = "sip.websocket.ping-interval";

  /** File of the default application router (JSR 289 appendix C). Default none. */
  public static final String APPLICATION_ROUTER_FILE = "sip.application-router.file";

  /**
   * Class of an application router's {@code SipApplicationRouterProvider}. Default none; not beside
   * {@link #APPLICATION_ROUTER_FILE}.
   */
  public static final String APPLICATION_ROUTER_PROVIDER = "sip.application-router.provider";

  /**
   * Comma list out of {@code SHA-512-256}, {@code SHA-256} and {@code MD5}, the strongest first.
   * Default {@code SHA-256}.
   */
  public static final String DIGEST_ALGORITHMS = "sip.digest.algorithms";

  /** Seconds that a digest nonce may be used, 1 to 86400. Default 300. */
  public static final String DIGEST_NONCE_LIFETIME = "sip.digest.nonce-lifetime";

  /** The suites that are allowed: AEAD with forward secrecy, strongest first. */
  public static final List<String> MODERN_CIPHER_SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

  private static final Pattern NAME_SERVER =
      Pattern.compile("\\[?(?<host>[0-9A-Fa-f:.]+?)]?(?:(?<=]|^[0-9.]{1,15}):(?<port>\\d+))?");

  private static final Pattern ORIGIN =
      Pattern.compile("\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\s]+|null");

  private static final List<String> MODERN_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** Copies the collections. */
  public SipSettings {
    listen = List.copyOf(listen);
    domains = Set.copyOf(domains);
    dnsServers = List.copyOf(dnsServers);
    digestAlgorithms = List.copyOf(digestAlgorithms);
  }

  /**
   * Reads the settings from MicroProfile Config.
   *
   * @throws InvalidSettingException when one of them cannot be used
   */
  public static SipSettings from(Config config) {
    return from(key -> config.getOptionalValue(key, String.class));
  }

  /**
   * Reads the settings from anything that maps a key to a value.
   *
   * @throws InvalidSettingException when one of them cannot be used
   */
  public static SipSettings from(Function<String, Optional<String>> source) {
    Source settings = new Source(source);
    int offset = settings.portOffset();
    return new SipSettings(
        settings.listen(offset),
        Set.copyOf(
            settings.list(DOMAINS, "").stream().map(d -> d.toLowerCase(Locale.ROOT)).toList()),
        settings.tls(),
        settings.webSocket(),
        settings.integer(WORKERS, 8 * Runtime.getRuntime().availableProcessors(), 1, 1024),
        settings.integer(MAX_MESSAGE_SIZE, 65536, 4096, 16 << 20),
        settings.integer(MAX_CONNECTIONS, 50_000, 1, 1_000_000),
        settings.integer(MAX_CONNECTIONS_PER_SOURCE, 1000, 0, 1_000_000),
        Duration.ofSeconds(settings.integer(IDLE_TIMEOUT, 7200, 0, 7 * 86400)),
        Duration.ofSeconds(settings.integer(MESSAGE_TIMEOUT, 30, 1, 3600)),
        Duration.ofSeconds(settings.integer(TLS_HANDSHAKE_TIMEOUT, 10, 1, 300)),
        settings.integer(TLS_MAX_HANDSHAKES, 1000, 1, 100_000),
        Duration.ofMillis(settings.integer(OVERLOAD_QUEUE_DELAY, 200, 10, 10_000)),
        settings.nameServers(),
        Duration.ofSeconds(settings.integer(DNS_TIMEOUT, 5, 1, 30)),
        settings.text(APPLICATION_ROUTER_FILE).map(Path::of),
        settings.routerProvider(),
        settings.digestAlgorithms(),
        Duration.ofSeconds(settings.integer(DIGEST_NONCE_LIFETIME, 300, 1, 86400)));
  }

  private record Source(Function<String, Optional<String>> values) {
    Optional<String> text(String key) {
      return values.apply(key).map(String::trim).filter(value -> !value.isEmpty());
    }

    List<String> list(String key, String otherwise) {
      return Arrays.stream(text(key).orElse(otherwise).split(","))
          .map(String::trim)
          .filter(element -> !element.isEmpty())
          .distinct()
          .toList();
    }

    int integer(String key, int otherwise, int least, int most) {
      Optional<String> value = text(key);
      if (value.isEmpty()) {
        return otherwise;
      }
      String problem = "expected a whole number between %d and %d".formatted(least, most);
      try {
        int number = Integer.parseInt(value.get());
        if (number < least || number > most) {
          throw new InvalidSettingException(key, number, problem);
        }
        return number;
      } catch (NumberFormatException e) {
        throw new InvalidSettingException(key, value.get(), problem, e);
      }
    }

    int portOffset() {
      String serverKey = "jboss.socket.binding.port-offset";
      String key =
          text(PORT_OFFSET).isEmpty() && text(serverKey).isPresent() ? serverKey : PORT_OFFSET;
      return integer(key, 0, 0, 60000);
    }

    List<ListenAddress> listen(int offset) {
      List<String> texts = list(LISTEN, "tls://[::]:5061");
      try {
        return texts.stream()
            .map(ListenAddress::parse)
            .map(address -> address.withPort(address.port() + offset))
            .toList();
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingException(LISTEN, String.join(",", texts), e.getMessage(), e);
      }
    }

    List<InetSocketAddress> nameServers() {
      return list(DNS_SERVERS, "").stream().map(this::nameServer).toList();
    }

    private InetSocketAddress nameServer(String text) {
      Matcher form = NAME_SERVER.matcher(text);
      Optional<InetAddress> address =
          form.matches() ? AddressText.literal(form.group("host")) : Optional.empty();
      int port = address.isEmpty() || form.group("port") == null ? 53 : parsed(form.group("port"));
      if (address.isEmpty() || port < 1 || port > 65535) {
        throw new InvalidSettingException(
            DNS_SERVERS, text, "expected an address such as 192.0.2.53:53 or [2001:db8::53]:53");
      }
      return new InetSocketAddress(address.get(), port);
    }

    private static int parsed(String port) {
      return port.length() > 5 ? 0 : Integer.parseInt(port);
    }

    TlsSettings tls() {
      Path folder = dataFolder().resolve("sip").resolve("tls");
      return new TlsSettings(
          text(TLS_CERTIFICATE).map(Path::of).orElse(folder.resolve("certificate.pem")),
          text(TLS_PRIVATE_KEY).map(Path::of).orElse(folder.resolve("private-key.pem")),
          text(TLS_KEY_STORE).map(Path::of),
          values.apply(TLS_KEY_STORE_PASSWORD),
          text(TLS_TRUST).map(Path::of),
          values.apply(TLS_TRUST_PASSWORD),
          clientAuthentication(),
          subset(TLS_PROTOCOLS, MODERN_PROTOCOLS),
          subset(TLS_CIPHER_SUITES, MODERN_CIPHER_SUITES),
          list(TLS_SELF_SIGNED_HOSTS, ""),
          Duration.ofSeconds(integer(TLS_RELOAD_INTERVAL, 10, 1, 86400)));
    }

    WebSocketSettings webSocket() {
      List<String> origins = list(WEBSOCKET_ORIGINS, "");
      for (String origin : origins) {
        if (!ORIGIN.matcher(origin).matches()) {
          throw new InvalidSettingException(
              WEBSOCKET_ORIGINS,
              origin,
              "expected an origin such as https://phone.example.org, without a path, or *");
        }
      }
      return new WebSocketSettings(
          origins.stream().map(o -> o.toLowerCase(Locale.ROOT)).collect(Collectors.toSet()),
          Duration.ofSeconds(integer(WEBSOCKET_PING_INTERVAL, 60, 0, 86400)));
    }

    Optional<String> routerProvider() {
      Optional<String> provider = text(APPLICATION_ROUTER_PROVIDER);
      if (provider.isPresent() && text(APPLICATION_ROUTER_FILE).isPresent()) {
        throw new InvalidSettingException(
            APPLICATION_ROUTER_PROVIDER,
            provider.get(),
            "there is %s, too; unset one of them".formatted(APPLICATION_ROUTER_FILE));
      }
      return provider;
    }

    List<DigestAlgorithm> digestAlgorithms() {
      return list(DIGEST_ALGORITHMS, "SHA-256").stream().map(this::digestAlgorithm).toList();
    }

    private DigestAlgorithm digestAlgorithm(String token) {
      return DigestAlgorithm.of(token)
          .orElseThrow(
              () ->
                  new InvalidSettingException(
                      DIGEST_ALGORITHMS, token, "expected SHA-512-256, SHA-256 or MD5"));
    }

    private ClientAuthentication clientAuthentication() {
      String value = text(TLS_CLIENT_AUTH).orElse("none");
      try {
        return ClientAuthentication.valueOf(value.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingException(TLS_CLIENT_AUTH, value, "expected none, want or need", e);
      }
    }

    private List<String> subset(String key, List<String> allowed) {
      List<String> chosen = list(key, String.join(",", allowed));
      for (String element : chosen) {
        if (!allowed.contains(element)) {
          throw new InvalidSettingException(
              key,
              String.join(",", chosen),
              "'%s' is not allowed, choose from %s"
                  .formatted(element, allowed.stream().collect(Collectors.joining(", "))));
        }
      }
      return chosen;
    }

    private Path dataFolder() {
      return text("jboss.server.data.dir").map(Path::of).orElseGet(() -> Path.of("data"));
    }
  }
}
