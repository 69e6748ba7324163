package org.m2mx.sipcontainer.stack;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.servlet.sip.SipServlet;
import org.m2mx.sipcontainer.application.SipApplication;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.descriptor.SipDescriptor;
import org.m2mx.sipcontainer.descriptor.SipXml;
import org.m2mx.sipcontainer.http.HttpSessions;
import org.m2mx.sipcontainer.metrics.SipFigure;
import org.m2mx.sipcontainer.metrics.SipMeters;
import org.m2mx.sipcontainer.tls.Pem;

/**
 * The container with one application and no application server around it, listening on loopback
 * addresses of both families: TCP and UDP on one port, every other transport on one of its own.
 */
final class TestServer implements AutoCloseable {
  /**
   * Ports that the system gives nobody by itself, and each JVM of a test run has its own of:
   * between here and the listener's start nobody takes one.
   */
  private static final int PORTS = 10_000;

  private static final int FIRST_PORT = Integer.getInteger("test.fork", 1) * PORTS;
  private static final int LAST_PORT = FIRST_PORT + PORTS;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT));

  private final Path folder;
  private final String sipXml;
  private final Set<Class<?>> annotated;
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private final List<Object> events = Collections.synchronizedList(new ArrayList<>());
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final int port;
  private final int tlsPort;
  private final int wsPort;
  private final int wssPort;
  private final List<SipApplication> others = new ArrayList<>();
  private Duration patience = Duration.ofSeconds(5);
  private SipContainer container;
  private SipApplication application;

  /** A server with one servlet that gets everything. */
  TestServer(Path folder, Class<? extends SipServlet> servlet) throws IOException {
    this(
        folder,
        """
        <sip-app><app-name>test</app-name>
          <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
          <servlet><servlet-name>main</servlet-name><servlet-class>%s</servlet-class></servlet>
        </sip-app>
        """
            .formatted(servlet.getName()));
  }

  /**
   * Chooses ports; nothing listens yet.
   *
   * @param folder for the certificate
   * @param sipXml the application's sip.xml, null for none
   * @param annotated its annotated classes
   */
  TestServer(Path folder, String sipXml, Class<?>... annotated) throws IOException {
    this.folder = folder;
    this.sipXml = sipXml;
    this.annotated = Set.of(annotated);
    List<Integer> ports = freePorts(4);
    this.port = ports.get(0);
    this.tlsPort = ports.get(1);
    this.wsPort = ports.get(2);
    this.wssPort = ports.get(3);
    set(
        "sip.listen",
        Stream.of(
                "tcp://%s:" + port,
                "udp://%s:" + port,
                "tls://%s:" + tlsPort,
                "ws://%s:" + wsPort,
                "wss://%s:" + wssPort)
            .flatMap(form -> Stream.of(form.formatted("127.0.0.1"), form.formatted("[::1]")))
            .collect(Collectors.joining(",")));
    set("sip.domains", "example.org");
    set("sip.tls.certificate", folder.resolve("certificate.pem").toString());
    set("sip.tls.private-key", folder.resolve("private-key.pem").toString());
    set("sip.tls.self-signed-hosts", "localhost, 127.0.0.1, ::1");
    set("sip.tls.handshake-timeout", "60");
    set("sip.workers", "4");
    // On a busy machine a few workers are late without being overloaded.
    set("sip.overload.queue-delay", "10000");
  }

  TestServer set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** How long a stop waits for what was begun; 5 seconds unless it is said. */
  TestServer waiting(Duration forWhatWasBegun) {
    patience = forWhatWasBegun;
    return this;
  }

  /** Sets an attribute of the applications' servlet contexts. */
  TestServer attribute(Class<?> type, Object value) {
    attributes.put(type.getName(), value);
    return this;
  }

  /** The sum of all meters of a figure that have these tags: key, value, key, value. */
  double figure(SipFigure figure, String... tags) {
    return meters.find(figure.meter()).tags(tags).meters().stream()
        .mapToDouble(meter -> meter.measure().iterator().next().getValue())
        .sum();
  }

  /** Every meter there is, without those that a registry makes of others. */
  List<Meter> meters() {
    return meters.getMeters().stream()
        .filter(meter -> meter.getId().syntheticAssociation() == null)
        .toList();
  }

  TestServer start() throws Exception {
    container =
        new SipContainer(
            SipSettings.from(key -> Optional.ofNullable(settings.get(key))),
            Clock.systemUTC(),
            events::add,
            new SipMeters(meters));
    try {
      application = deployed("/test", sipXml);
      return this;
    } finally {
      if (application == null) {
        container.close();
      }
    }
  }

  /** Adds another application, which stays as long as the server does. */
  SipApplication add(String path, String otherSipXml) throws Exception {
    SipApplication other = deployed(path, otherSipXml);
    others.add(other);
    return other;
  }

  /** Takes the others out of service. */
  void removeOthers() {
    long deadline = System.nanoTime() + patience.toNanos();
    others.forEach(SipApplication::retire);
    others.forEach(other -> other.drain(deadline));
    others.forEach(container::remove);
    others.forEach(SipApplication::stop);
    others.clear();
  }

  private SipApplication deployed(String path, String document) throws Exception {
    SipXml xml =
        document == null
            ? SipXml.ABSENT
            : SipXml.read(
                "sip.xml", new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
    ServletContext context = WebApplication.context(path);
    attributes.forEach(context::setAttribute);
    SipApplication fresh =
        new SipApplication(
            SipDescriptor.merge(xml, annotated, "test"), context, new HttpSessions(), container);
    fresh.start();
    container.add(fresh);
    return fresh;
  }

  @Override
  public void close() {
    long deadline = System.nanoTime() + patience.toNanos();
    container.drain(deadline);
    others.forEach(other -> other.drain(deadline));
    application.drain(deadline);
    others.forEach(container::remove);
    container.remove(application);
    container.close();
    others.forEach(SipApplication::stop);
    others.clear();
    application.stop();
  }

  SipApplication application() {
    return application;
  }

  SipContainer container() {
    return container;
  }

  int port() {
    return port;
  }

  int tlsPort() {
    return tlsPort;
  }

  /** The port of a transport. */
  int port(Transport transport) {
    return switch (transport) {
      case UDP, TCP -> port;
      case TLS -> tlsPort;
      case WS -> wsPort;
      case WSS -> wssPort;
    };
  }

  /** Events of one type that were fired so far. */
  <T> List<T> events(Class<T> type) {
    synchronized (events) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }

  /** A client over any transport. */
  SipClient connect(String user, Transport transport, String address) throws Exception {
    return switch (transport) {
      case UDP -> SipClient.udp(user, address, port);
      case TCP -> tcp(user, address);
      case TLS -> tls(user, address, "TLSv1.3");
      case WS, WSS -> webSocket(user, transport, address);
    };
  }

  /**
   * A port for the server to connect to; where there is TLS it shows the server's own certificate.
   */
  Target target(String user, Transport transport, String address) throws Exception {
    ServerSocketFactory sockets =
        transport.isSecure()
            ? context(identity()).getServerSocketFactory()
            : ServerSocketFactory.getDefault();
    return new Target(
        user, transport, sockets.createServerSocket(0, 5, InetAddress.getByName(address)));
  }

  private KeyManager[] identity() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "server",
        Pem.privateKey(folder.resolve("private-key.pem")),
        new char[0],
        Pem.certificates(folder.resolve("certificate.pem")).toArray(X509Certificate[]::new));
    KeyManagerFactory identity = KeyManagerFactory.getInstance("PKIX");
    identity.init(keys, new char[0]);
    return identity.getKeyManagers();
  }

  SipClient tcp(String user, String address) throws IOException {
    return SipClient.tcp(user, address, port);
  }

  SipClient webSocket(String user, Transport transport, String address) throws Exception {
    return new SipClient(user, transport.parameter(), webSocketWire(transport, address, null));
  }

  /**
   * @param origin null for none
   */
  WebSocketWire webSocketWire(Transport transport, String address, String origin) throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(context(null)).build();
    String host = address.contains(":") ? "[" + address + "]" : address;
    return new WebSocketWire(
        client, URI.create(transport.parameter() + "://" + host + ":" + port(transport)), origin);
  }

  SipClient tls(String user, String address, String protocol) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            context(null).getSocketFactory().createSocket(InetAddress.getByName(address), tlsPort);
    socket.setEnabledProtocols(new String[] {protocol});
    socket.startHandshake();
    return new SipClient(user, "tls", socket);
  }

  /** Trusts the server's certificate and no other. */
  private SSLContext context(KeyManager[] identity) throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry(
        "server", Pem.certificates(folder.resolve("certificate.pem")).get(0));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(identity, trust.getTrustManagers(), null);
    return context;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() < count) {
      int port = NEXT_PORT.getAndUpdate(last -> last + 1 < LAST_PORT ? last + 1 : FIRST_PORT);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    return List.copyOf(ports);
  }

  /** Whether a port is free for TCP and UDP on both loopback addresses. */
  private static boolean isFree(int port) throws IOException {
    for (String address : List.of("127.0.0.1", "::1")) {
      InetSocketAddress wanted = new InetSocketAddress(InetAddress.getByName(address), port);
      try (ServerSocket socket = new ServerSocket();
          DatagramSocket datagrams = new DatagramSocket(null)) {
        socket.bind(wanted);
        datagrams.bind(wanted);
      } catch (BindException e) {
        return false;
      }
    }
    return true;
  }
}
