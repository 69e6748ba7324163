package org.m2mx.ua.testserver;

import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.sip.SipException;
import javax.sip.address.SipURI;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.Header;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.RouteHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import org.m2mx.ua.signalling.StackLog;

/**
 * A registrar and stateless relay (RFC 3261 sections 10.3 and 16.11) for tests: digest SHA-256, one
 * binding a user, requests down the connection that was registered over. Its features are fields
 * that a test sets.
 */
public final class TestServer implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("(?i)\r\nContent-Length[ \t]*:[ \t]*(\\d+)");

  /** The realm, and the domain of all users. */
  public static final String DOMAIN = "m2m-x.example";

  /** Passwords by user. */
  public final Map<String, String> users = new ConcurrentHashMap<>();

  /** Who may call whom, {@code alice>video}. */
  public final Set<String> permissions = ConcurrentHashMap.newKeySet();

  /** First lines of all requests that came, in their order. */
  public final Queue<String> requests = new ConcurrentLinkedQueue<>();

  /** The shortest lifetime that the registrar grants. */
  public volatile int minExpires;

  /** The lifetime that the registrar grants. */
  public volatile int expires = 600;

  /** What the 200 to REGISTER says besides. */
  public volatile List<String> registerHeaders = List.of("Server: TestServer/1");

  /** Whether pings are answered. */
  public volatile boolean pongs = true;

  /** Nonces that are out of date: their requests are challenged again with {@code stale=true}. */
  public final Set<String> staleNonces = ConcurrentHashMap.newKeySet();

  /** The algorithm that challenges ask for. */
  public volatile String algorithm = "SHA-256";

  /** Whether a second callee, which is nowhere, seems to answer each INVITE too. */
  public volatile boolean forks;

  /** Whether an INVITE goes to all connections that a user is registered over, not to the last. */
  public volatile boolean toAll;

  /** Whether a request within a dialog is challenged too, once each. */
  public volatile boolean challengesDialogs;

  /** What is done to each session description on its way, as by somebody in between. */
  public volatile UnaryOperator<String> tamper = UnaryOperator.identity();

  /** What is done to each message that goes out, for a server that does it wrong. */
  public volatile UnaryOperator<String> outgoing = UnaryOperator.identity();

  /** How many pings came. */
  public final AtomicInteger pings = new AtomicInteger();

  /** Whether it knocks at the ports of those who ask for it. */
  public volatile boolean knocks;

  /** What the contacts of REGISTER requests were, with their Expires, in their order. */
  public final Queue<String> registered = new ConcurrentLinkedQueue<>();

  /** A request that is answered with this status in place of being dealt with, by its method. */
  public final Map<String, Integer> refusals = new ConcurrentHashMap<>();

  private final SSLServerSocket listener;
  private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
  private final Map<String, Peer> bindings = new ConcurrentHashMap<>();
  private final Map<String, ContactHeader> contacts = new ConcurrentHashMap<>();
  private final Map<String, Peer> byBranch = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
  private final Map<String, Integer> nonces = new ConcurrentHashMap<>();

  static {
    CommonLogger.legacyLogger = new StackLog();
  }

  /** Serves on a fresh port of an address. */
  public TestServer(Certificates.Identity identity, InetAddress address) throws Exception {
    this(identity, address, 0);
  }

  /** Serves on a port of an address. */
  public TestServer(Certificates.Identity identity, InetAddress address, int port)
      throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "server", identity.key(), new char[0], new Certificate[] {identity.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    listener =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 50, address);
    daemon(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Says whether somebody is registered under a name. */
  public boolean isRegistered(String user) {
    return bindings.containsKey(user);
  }

  /** Returns the contact that a name is bound to. */
  public String contact(String user) {
    return contacts.get(user).getAddress().getURI().toString();
  }

  /** Has all nonces given so far run out. */
  public void makeNoncesStale() {
    staleNonces.addAll(nonces.keySet());
  }

  /**
   * Sends a request of its own making to a user, and returns the answer.
   *
   * @param headers lines to put in besides, each ended by CRLF
   */
  public String ask(String user, String method, String headers) throws Exception {
    return ask(user, method, headers, "");
  }

  /** Sends a request of its own making with a body to a user, and returns the answer. */
  public String ask(String user, String method, String headers, String body) throws Exception {
    String branch = "z9hG4bK" + UUID.randomUUID();
    CompletableFuture<String> answer = new CompletableFuture<>();
    asked.put(branch, answer);
    String request =
        method
            + " "
            + contact(user)
            + " SIP/2.0\r\nVia: SIP/2.0/TLS "
            + host()
            + ":"
            + port()
            + ";branch="
            + branch
            + "\r\nFrom: <sip:test@"
            + DOMAIN
            + ">;tag=1\r\nTo: <sip:"
            + user
            + "@"
            + DOMAIN
            + ">\r\nCall-ID: "
            + UUID.randomUUID()
            + "\r\nCSeq: 1 "
            + method
            + "\r\nContact: <sip:test@"
            + host()
            + ":"
            + port()
            + ";transport=tls>\r\nMax-Forwards: 70\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    bindings.get(user).send(request.getBytes(StandardCharsets.UTF_8));
    return answer.get(60, TimeUnit.SECONDS);
  }

  /** Cuts the connection that a user is registered over. */
  public void cut(String user) throws IOException {
    bindings.get(user).socket.close();
  }

  /** Cuts the connections of all that are connected. */
  public void cutAll() throws IOException {
    for (Peer peer : peers) {
      peer.socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cutAll();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "test-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Peer peer = new Peer((SSLSocket) listener.accept());
        peers.add(peer);
        daemon(peer::serve);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private final class Peer {
    private final SSLSocket socket;

    /** Of who is registered over it. */
    private volatile ContactHeader contact;

    Peer(SSLSocket socket) {
      this.socket = socket;
    }

    void serve() {
      try (socket) {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        while (true) {
          received(this, next(in));
        }
      } catch (IOException | ParseException | SipException e) {
        peers.remove(this);
        bindings.values().remove(this);
      }
    }

    private byte[] next(InputStream in) throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      while (true) {
        int octet = in.read();
        if (octet < 0) {
          throw new EOFException();
        }
        message.write(octet);
        String text = message.toString(StandardCharsets.ISO_8859_1);
        if (text.equals("\r\n\r\n")) {
          pings.incrementAndGet();
          if (pongs) {
            send("\r\n".getBytes(StandardCharsets.US_ASCII));
          }
          message.reset();
        } else if (text.endsWith("\r\n\r\n")) {
          Matcher matcher = LENGTH.matcher(text);
          matcher.find();
          message.write(in.readNBytes(Integer.parseInt(matcher.group(1))));
          return message.toByteArray();
        }
      }
    }

    /** Whoever asked may have gone. */
    void sendLate(SIPMessage message) {
      try {
        send(message);
      } catch (IOException e) {
        peers.remove(this);
      }
    }

    void send(SIPMessage message) throws IOException {
      send(message.encodeAsBytes("tls"));
    }

    /** One who has gone is not the trouble of whoever has sent this to it. */
    synchronized void send(byte[] bytes) throws IOException {
      String text = outgoing.apply(new String(bytes, StandardCharsets.UTF_8));
      try {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
      } catch (SocketException e) {
        socket.close();
      }
    }
  }

  private void received(Peer from, byte[] bytes) throws IOException, ParseException, SipException {
    SIPMessage message = new StringMsgParser().parseSIPMessage(bytes, true, false, null);
    if (message instanceof SIPResponse response) {
      CompletableFuture<String> answer = asked.get(response.getTopmostVia().getBranch());
      if (answer != null) {
        if (response.getStatusCode() > 100) {
          answer.complete(response.toString());
        }
        return;
      }
      response.removeFirst(ViaHeader.NAME);
      Peer to = byBranch.get(response.getTopmostVia().getBranch());
      if (to != null) {
        tamper(response);
        to.send(response);
        if (forks && response.getStatusCode() == 200) {
          forks = false;
          response.setToTag("second");
          to.send(response);
        }
      }
      return;
    }
    SIPRequest request = (SIPRequest) message;
    requests.add(request.getFirstLine().strip());
    Integer refusal = refusals.get(request.getMethod());
    if (refusal != null) {
      from.send(response(request, refusal));
    } else if (request.getMethod().equals(Request.REGISTER)) {
      register(from, request);
    } else if (request.getHeader(RouteHeader.NAME) != null) {
      if (challengesDialogs && request.getMethod().equals(Request.BYE)) {
        challengesDialogs = false;
        from.send(challenge(request, 407, "Proxy-Authenticate", null));
        return;
      }
      request.removeFirst(RouteHeader.NAME);
      SipURI target = (SipURI) request.getRequestURI();
      relay(from, peerAt(target), request);
    } else if (request.getMethod().equals(Request.ACK)
        || request.getMethod().equals(Request.CANCEL)) {
      Peer to = bindings.get(((SipURI) request.getRequestURI()).getUser());
      if (to != null && isKnown(request)) {
        request.setRequestURI(
            contacts.get(((SipURI) request.getRequestURI()).getUser()).getAddress().getURI());
        relay(from, to, request);
      }
    } else {
      invite(from, request);
    }
  }

  private boolean isKnown(SIPRequest request) {
    return byBranch.containsKey(request.getTopmostVia().getBranch());
  }

  private Peer peerAt(SipURI target) {
    for (Peer peer : peers) {
      if (((InetSocketAddress) peer.socket.getRemoteSocketAddress()).getPort()
          == target.getPort()) {
        return peer;
      }
    }
    return null;
  }

  private void register(Peer from, SIPRequest request)
      throws IOException, ParseException, SipException {
    String user = ((SipURI) request.getTo().getAddress().getURI()).getUser();
    AuthorizationHeader credentials =
        (AuthorizationHeader) request.getHeader(AuthorizationHeader.NAME);
    if (!isAuthentic(request, credentials, user)) {
      from.send(challenge(request, 401, "WWW-Authenticate", credentials));
      return;
    }
    SIPResponse ok = response(request, 200);
    ContactHeader contact = (ContactHeader) request.getHeader(ContactHeader.NAME);
    if (contact == null) {
      if (contacts.containsKey(user)) {
        ContactHeader bound = (ContactHeader) contacts.get(user).clone();
        bound.setParameter("expires", String.valueOf(expires));
        ok.addHeader(bound);
      }
      from.send(ok);
      return;
    }
    if (contact.isWildCard()) {
      boolean all = request.getExpires().getExpires() == 0;
      if (all) {
        bindings.remove(user);
        contacts.remove(user);
      }
      from.send(all ? ok : response(request, 400));
      return;
    }
    if (request.getExpires().getExpires() > 0 && request.getExpires().getExpires() < minExpires) {
      SIPResponse brief = response(request, 423);
      brief.addHeader(header("Min-Expires", String.valueOf(minExpires)));
      from.send(brief);
      return;
    }
    if (request.getExpires().getExpires() == 0) {
      if (contacts.containsKey(user)
          && contacts.get(user).getAddress().equals(contact.getAddress())) {
        bindings.remove(user);
        contacts.remove(user);
      }
    } else {
      contacts.put(user, (ContactHeader) contact.clone());
      bindings.put(user, from);
      from.contact = (ContactHeader) contact.clone();
      ContactHeader granted = (ContactHeader) contact.clone();
      granted.setParameter("expires", String.valueOf(expires));
      ok.addHeader(granted);
    }
    registered.add(contact.getAddress().getURI() + " " + request.getExpires().getExpires());
    for (String header : registerHeaders) {
      String[] parts = header.split(": ", 2);
      ok.addHeader(header(parts[0], parts[1]));
    }
    from.send(ok);
  }

  private void invite(Peer from, SIPRequest request)
      throws IOException, ParseException, SipException {
    String caller = ((SipURI) request.getFrom().getAddress().getURI()).getUser();
    String callee = ((SipURI) request.getRequestURI()).getUser();
    if (callee == null) {
      itself(from, request, caller);
      return;
    }
    ContactHeader contact = contacts.get(callee);
    Peer to = bindings.get(callee);
    AuthorizationHeader credentials =
        (AuthorizationHeader) request.getHeader(ProxyAuthorizationHeader.NAME);
    if (!isAuthentic(request, credentials, caller)) {
      from.send(challenge(request, 407, "Proxy-Authenticate", credentials));
    } else if (!permissions.contains(caller + ">" + callee)) {
      from.send(response(request, 404));
    } else if (request.getMethod().equals(Request.SUBSCRIBE)) {
      subscribe(from, request, callee);
    } else if (to == null || contact == null) {
      from.send(response(request, 480));
    } else {
      SIPResponse trying = response(request, 100);
      from.send(trying);
      byBranch.put(request.getTopmostVia().getBranch(), from);
      request.addFirst(
          header("Record-Route", "<sip:" + host() + ":" + port() + ";transport=tls;lr>"));
      for (Peer each : toAll ? registered(callee) : List.of(to)) {
        SIPRequest copy = (SIPRequest) request.clone();
        copy.setRequestURI((toAll ? each.contact : contact).getAddress().getURI());
        tamper(copy);
        relay(from, each, copy);
      }
    }
  }

  /** What is meant for the server: that it is to knock. */
  private void itself(Peer from, SIPRequest request, String caller)
      throws IOException, ParseException {
    AuthorizationHeader credentials =
        (AuthorizationHeader) request.getHeader(ProxyAuthorizationHeader.NAME);
    if (!isAuthentic(request, credentials, caller)) {
      from.send(challenge(request, 407, "Proxy-Authenticate", credentials));
    } else if (!knocks) {
      from.send(response(request, 404));
    } else {
      String[] question = new String(request.getRawContent(), StandardCharsets.UTF_8).split(" ");
      InetSocketAddress door =
          new InetSocketAddress(from.socket.getInetAddress(), Integer.parseInt(question[1]));
      byte[] knock = ("m2mx-knock " + question[2] + "\r\n").getBytes(StandardCharsets.US_ASCII);
      if (question[0].equals("tcp")) {
        try (Socket socket = new Socket(door.getAddress(), door.getPort())) {
          socket.getOutputStream().write(knock);
        }
      } else {
        try (DatagramSocket socket = new DatagramSocket()) {
          socket.send(new DatagramPacket(knock, knock.length, door));
        }
      }
      SIPResponse over = response(request, 200);
      CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS).execute(() -> from.sendLate(over));
    }
  }

  private List<Peer> registered(String user) {
    return peers.stream()
        .filter(peer -> peer.contact != null)
        .filter(peer -> ((SipURI) peer.contact.getAddress().getURI()).getUser().equals(user))
        .toList();
  }

  /** Presence, once (RFC 6665 section 4.4.3). */
  private void subscribe(Peer from, SIPRequest request, String presentity)
      throws IOException, ParseException {
    SIPResponse ok = response(request, 200);
    ok.addHeader(header("Contact", "<sip:" + host() + ":" + port() + ";transport=tls>"));
    ok.addHeader(header("Expires", "0"));
    from.send(ok);
    String branch = "z9hG4bK" + UUID.randomUUID();
    asked.put(branch, new CompletableFuture<>());
    String status = bindings.containsKey(presentity) ? "open" : "closed";
    String document =
        "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:"
            + presentity
            + "\"><tuple id=\"a\"><status><basic>"
            + status
            + "</basic></status></tuple></presence>";
    ContactHeader watcher = (ContactHeader) request.getHeader(ContactHeader.NAME);
    String notify =
        "NOTIFY "
            + watcher.getAddress().getURI()
            + " SIP/2.0\r\nVia: SIP/2.0/TLS "
            + host()
            + ":"
            + port()
            + ";branch="
            + branch
            + "\r\nFrom: <"
            + request.getTo().getAddress().getURI()
            + ">;tag="
            + ok.getToTag()
            + "\r\nTo: <"
            + request.getFrom().getAddress().getURI()
            + ">;tag="
            + request.getFromTag()
            + "\r\nCall-ID: "
            + request.getCallId().getCallId()
            + "\r\nCSeq: 1 NOTIFY\r\nContact: <sip:"
            + host()
            + ":"
            + port()
            + ";transport=tls>\r\nMax-Forwards: 70\r\nEvent: presence\r\nSubscription-State:"
            + " terminated;reason=timeout\r\nContent-Type: application/pidf+xml\r\nContent-Length: "
            + document.length()
            + "\r\n\r\n"
            + document;
    from.send(notify.getBytes(StandardCharsets.UTF_8));
  }

  private void relay(Peer from, Peer to, SIPRequest request)
      throws IOException, ParseException, SipException {
    if (to == null) {
      from.send(response(request, 481));
      return;
    }
    String branch = request.getTopmostVia().getBranch();
    byBranch.put(branch, from);
    request.addFirst(
        header("Via", "SIP/2.0/TLS " + host() + ":" + port() + ";branch=" + branch + "-relayed"));
    to.send(request);
  }

  private void tamper(SIPMessage message) throws ParseException {
    if (message.getRawContent() != null) {
      String body = new String(message.getRawContent(), StandardCharsets.UTF_8);
      message.setContent(tamper.apply(body), message.getContentTypeHeader());
    }
  }

  private String host() {
    String host = listener.getInetAddress().getHostAddress();
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static SIPResponse response(SIPRequest request, int status) throws ParseException {
    SIPResponse response = request.createResponse(status);
    if (status > 100 && response.getToTag() == null) {
      response.setToTag(UUID.randomUUID().toString());
    }
    return response;
  }

  private SIPResponse challenge(
      SIPRequest request, int status, String name, AuthorizationHeader credentials)
      throws ParseException {
    String nonce = UUID.randomUUID().toString();
    nonces.put(nonce, 0);
    SIPResponse response = response(request, status);
    boolean stale = credentials != null && staleNonces.contains(credentials.getNonce());
    response.addHeader(
        header(
            name,
            "Digest realm=\""
                + DOMAIN
                + "\",nonce=\""
                + nonce
                + "\",algorithm="
                + algorithm
                + ",qop=\"auth\""
                + (stale ? ",stale=true" : "")));
    return response;
  }

  private boolean isAuthentic(SIPRequest request, AuthorizationHeader credentials, String user) {
    if (credentials == null
        || staleNonces.contains(credentials.getNonce())
        || !user.equals(credentials.getUsername())
        || nonces.merge(credentials.getNonce(), 1, Integer::sum) != credentials.getNonceCount()) {
      return false;
    }
    String ha1 = sha256(user + ":" + DOMAIN + ":" + users.get(user));
    String ha2 = sha256(request.getMethod() + ":" + credentials.getURI());
    String expected =
        sha256(
            String.format(
                "%s:%s:%08x:%s:auth:%s",
                ha1,
                credentials.getNonce(),
                credentials.getNonceCount(),
                credentials.getCNonce(),
                ha2));
    return users.containsKey(user) && expected.equals(credentials.getResponse());
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Header header(String name, String value) throws ParseException {
    return new HeaderFactoryImpl().createHeader(name, value);
  }
}
