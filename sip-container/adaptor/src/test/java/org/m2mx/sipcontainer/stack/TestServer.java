package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.m2mx.sipcontainer.tls.Pem;

/**
 * The container with one application and no application server around it, listening on loopback
 * addresses of both families: TCP and UDP on one port, every other transport on one of its own.
 */
final class TestServer implements AutoCloseable {
  private final Path folder;
  private final String sipXml;
  private final Set<Class<?>> annotated;
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private final List<Object> events = Collections.synchronizedList(new ArrayList<>());
  private final int port;
  private final int tlsPort;
  private final int wsPort;
  private final int wssPort;
  private final List<SipApplication> others = new ArrayList<>();
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

  /** Sets an attribute of the applications' servlet contexts. */
  TestServer attribute(Class<?> type, Object value) {
    attributes.put(type.getName(), value);
    return this;
  }

  TestServer start() throws Exception {
    container =
        new SipContainer(
            SipSettings.from(key -> Optional.ofNullable(settings.get(key))),
            Clock.systemUTC(),
            events::add);
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
  void add(String path, String otherSipXml) throws Exception {
    others.add(deployed(path, otherSipXml));
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
    HttpClient client = HttpClient.newBuilder().sslContext(trustingContext()).build();
    String host = address.contains(":") ? "[" + address + "]" : address;
    return new WebSocketWire(
        client, URI.create(transport.parameter() + "://" + host + ":" + port(transport)), origin);
  }

  SipClient tls(String user, String address, String protocol) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            trustingContext()
                .getSocketFactory()
                .createSocket(InetAddress.getByName(address), tlsPort);
    socket.setEnabledProtocols(new String[] {protocol});
    socket.startHandshake();
    return new SipClient(user, "tls", socket);
  }

  private SSLContext trustingContext() throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry(
        "server", Pem.certificates(folder.resolve("certificate.pem")).get(0));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() < count) {
      ports.add(freePort());
    }
    return List.copyOf(ports);
  }

  /** A port free for TCP and UDP on both loopback addresses. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"));
        ServerSocket other = new ServerSocket()) {
      int found = socket.getLocalPort();
      try (DatagramSocket datagrams = new DatagramSocket(null);
          DatagramSocket others = new DatagramSocket(null)) {
        other.bind(new InetSocketAddress("127.0.0.1", found));
        datagrams.bind(new InetSocketAddress("::1", found));
        others.bind(new InetSocketAddress("127.0.0.1", found));
        return found;
      } catch (java.net.BindException e) {
        return freePort();
      }
    }
  }
}
