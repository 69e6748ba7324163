package org.m2mx.sipcontainer.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final String SERVERS_PORT_OFFSET = "jboss.socket.binding.port-offset";

  private static final String HOSTS = "a host name such as sip.example.org, or an address";

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
   * Reads the settings from anything that maps a key to a value. An empty value is as good as none.
   *
   * @throws InvalidSettingException when one of them cannot be used
   */
  public static SipSettings from(Function<String, Optional<String>> source) {
    ConfiguredValues values = new ConfiguredValues(source);
    return new SipSettings(
        listen(values),
        values.list(DOMAINS, HOSTS, ConfiguredValues::isHost).stream()
            .map(domain -> domain.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()),
        tls(values),
        webSocket(values),
        values.integer(WORKERS, 8 * Runtime.getRuntime().availableProcessors(), 1, 1024),
        values.integer(MAX_MESSAGE_SIZE, 65536, 4096, 16 << 20),
        values.integer(MAX_CONNECTIONS, 50_000, 1, 1_000_000),
        values.integer(MAX_CONNECTIONS_PER_SOURCE, 1000, 0, 1_000_000),
        values.seconds(IDLE_TIMEOUT, 7200, 0, 7 * 86400),
        values.seconds(MESSAGE_TIMEOUT, 30, 1, 3600),
        values.seconds(TLS_HANDSHAKE_TIMEOUT, 10, 1, 300),
        values.integer(TLS_MAX_HANDSHAKES, 1000, 1, 100_000),
        Duration.ofMillis(values.integer(OVERLOAD_QUEUE_DELAY, 200, 10, 10_000)),
        nameServers(values),
        values.seconds(DNS_TIMEOUT, 5, 1, 30),
        values.path(APPLICATION_ROUTER_FILE),
        routerProvider(values),
        digestAlgorithms(values),
        values.seconds(DIGEST_NONCE_LIFETIME, 300, 1, 86400));
  }

  private static List<ListenAddress> listen(ConfiguredValues values) {
    String offsetKey =
        values.text(PORT_OFFSET).isEmpty() && values.text(SERVERS_PORT_OFFSET).isPresent()
            ? SERVERS_PORT_OFFSET
            : PORT_OFFSET;
    int offset = values.integer(offsetKey, 0, 0, 60000);
    List<String> texts = values.list(LISTEN, "transport://host:port, such as tls://[::]:5061");
    return (texts.isEmpty() ? List.of("tls://[::]:5061") : texts)
        .stream().map(text -> listen(text, offsetKey, offset)).toList();
  }

  private static ListenAddress listen(String text, String offsetKey, int offset) {
    try {
      ListenAddress address = ListenAddress.parse(text);
      int port = address.port() + offset;
      if (port > 65535) {
        throw new InvalidSettingException(
            offsetKey,
            offset,
            "makes port %d of %s, which is more than 65535".formatted(port, text));
      }
      return address.withPort(port);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(LISTEN, text, e.getMessage(), e);
    }
  }

  private static List<InetSocketAddress> nameServers(ConfiguredValues values) {
    String expected = "an address such as 192.0.2.53:53 or [2001:db8::53]:53";
    return values.list(DNS_SERVERS, expected).stream()
        .map(
            text ->
                nameServer(text)
                    .orElseThrow(
                        () ->
                            new InvalidSettingException(DNS_SERVERS, text, "expected " + expected)))
        .toList();
  }

  private static Optional<InetSocketAddress> nameServer(String text) {
    Matcher form = NAME_SERVER.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String port = form.group("port") == null ? "53" : form.group("port");
    int number = port.length() > 5 ? 0 : Integer.parseInt(port);
    return AddressText.literal(form.group("host"))
        .filter(address -> number >= 1 && number <= 65535)
        .map(address -> new InetSocketAddress(address, number));
  }

  private static TlsSettings tls(ConfiguredValues values) {
    Path folder =
        values.path("jboss.server.data.dir").orElse(Path.of("data")).resolve("sip").resolve("tls");
    return new TlsSettings(
        values.path(TLS_CERTIFICATE).orElse(folder.resolve("certificate.pem")),
        values.path(TLS_PRIVATE_KEY).orElse(folder.resolve("private-key.pem")),
        values.path(TLS_KEY_STORE),
        values.secret(TLS_KEY_STORE_PASSWORD),
        values.path(TLS_TRUST),
        values.secret(TLS_TRUST_PASSWORD),
        values.choice(TLS_CLIENT_AUTH, ClientAuthentication.NONE),
        values.subset(TLS_PROTOCOLS, MODERN_PROTOCOLS),
        values.subset(TLS_CIPHER_SUITES, MODERN_CIPHER_SUITES),
        values.list(TLS_SELF_SIGNED_HOSTS, HOSTS, ConfiguredValues::isHost),
        values.seconds(TLS_RELOAD_INTERVAL, 10, 1, 86400));
  }

  private static WebSocketSettings webSocket(ConfiguredValues values) {
    return new WebSocketSettings(
        values
            .list(
                WEBSOCKET_ORIGINS,
                "an origin such as https://phone.example.org, without a path, or *",
                ORIGIN.asMatchPredicate())
            .stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()),
        values.seconds(WEBSOCKET_PING_INTERVAL, 60, 0, 86400));
  }

  private static Optional<String> routerProvider(ConfiguredValues values) {
    Optional<String> provider = values.text(APPLICATION_ROUTER_PROVIDER);
    if (provider.isPresent() && values.text(APPLICATION_ROUTER_FILE).isPresent()) {
      throw new InvalidSettingException(
          APPLICATION_ROUTER_PROVIDER,
          provider.get(),
          "there is %s, too; unset one of them".formatted(APPLICATION_ROUTER_FILE));
    }
    return provider;
  }

  private static List<DigestAlgorithm> digestAlgorithms(ConfiguredValues values) {
    List<String> tokens =
        values.list(
            DIGEST_ALGORITHMS,
            "SHA-512-256, SHA-256 or MD5",
            token -> DigestAlgorithm.of(token).isPresent());
    return tokens.isEmpty()
        ? List.of(DigestAlgorithm.SHA_256)
        : tokens.stream().flatMap(token -> DigestAlgorithm.of(token).stream()).distinct().toList();
  }
}
