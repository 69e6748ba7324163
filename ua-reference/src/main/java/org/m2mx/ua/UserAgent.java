package org.m2mx.ua;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.data.DataEndpoints;
import org.m2mx.ua.data.InnerPath;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.Firewall;
import org.m2mx.ua.firewall.FirewallClosedException;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.SessionHole;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.firewall.TransportProtocol;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Offer;
import org.m2mx.ua.sdp.Origin;
import org.m2mx.ua.sdp.ReceivedOffer;
import org.m2mx.ua.sdp.SdpException;
import org.m2mx.ua.sdp.SessionDescription;
import org.m2mx.ua.sdp.Setup;
import org.m2mx.ua.signalling.InviteClient;
import org.m2mx.ua.signalling.InviteDialog;
import org.m2mx.ua.signalling.KnockClient;
import org.m2mx.ua.signalling.MessageClient;
import org.m2mx.ua.signalling.PresenceClient;
import org.m2mx.ua.signalling.ReceivedInvite;
import org.m2mx.ua.signalling.ReceivedMessage;
import org.m2mx.ua.signalling.RegistrarClient;
import org.m2mx.ua.signalling.Signalling;
import org.m2mx.ua.signalling.Traffic;

/**
 * A user agent: registers its account's name with the server over TLS, calls other names and is
 * called, and exchanges data with them directly.
 *
 * <pre>{@code
 * Account account = AccountFile.read(Path.of("account.json"));
 * Device device = Device.open(Path.of("account.device"), Clock.systemUTC());
 * try (UserAgent userAgent = new UserAgent(account, device)) {
 *   userAgent.register();
 *   try (Session session = userAgent.call(Aor.parse("sip:video@m2m-x.example"), Duration.ofSeconds(30))) {
 *     session.channel().output().write(…);
 *   }
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. Closing it ends all sessions and unregisters.
 */
public final class UserAgent implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(UserAgent.class.getName());
  private static final int TEMPORARILY_UNAVAILABLE = 480;
  private static final int NOT_ACCEPTABLE_HERE = 488;
  private static final int SERVER_INTERNAL_ERROR = 500;

  private final Aor own;
  private final Device device;
  private final Charon charon;
  private final Timing timing;
  private final SourceAddress sourceAddress;
  private final UserAgentListener listener;
  private final ScheduledExecutorService timer;
  private final ExecutorService calls;
  private final Signalling signalling;
  private final InviteClient inviter;
  private final MessageClient messenger;
  private final PresenceClient watcher;
  private final KnockClient knocker;
  private final RegistrarClient registrar;
  private final Firewall firewall;
  private final RegistrationKeeper keeper;
  private final SecureRandom random = new SecureRandom();
  private final Map<Session, Following> sessions = new ConcurrentHashMap<>();
  private final Set<ReceivedInvite> ringing = ConcurrentHashMap.newKeySet();
  private final Set<ReceivedMessage> showing = ConcurrentHashMap.newKeySet();
  private boolean closed;

  /** No session is added any more; guarded by {@link #sessions}. */
  private boolean over;

  private volatile CallHandler handler;
  private volatile MessageHandler messageHandler;

  /**
   * A user agent for the internet, that is not registered yet, and opens holes in whatever firewall
   * it finds.
   *
   * @param account who it is
   * @param device what it shows to its peers
   */
  public UserAgent(Account account, Device device) {
    this(
        account,
        device,
        Timing.DEFAULT,
        Clock.systemUTC(),
        SourceAddress.ofSystem(),
        new FirewallPolicy(
            FirewallMethod.AUTO.finders(Clock.systemUTC()),
            SourceRestriction.ANY_SOURCE,
            FirewallPolicy.DEFAULT_LEASE),
        new UserAgentListener() {});
  }

  /**
   * A user agent that is not registered yet.
   *
   * @param account who it is
   * @param device what it shows to its peers
   * @param timing how long it waits for things
   * @param clock tells the time
   * @param sourceAddress tells this machine's address
   * @param holes which holes to open in this side's firewall
   * @param listener is told of what it does by itself
   */
  public UserAgent(
      Account account,
      Device device,
      Timing timing,
      Clock clock,
      SourceAddress sourceAddress,
      FirewallPolicy holes,
      UserAgentListener listener) {
    this(account, device, new Charon(Charon.SOCKET), timing, clock, sourceAddress, holes, listener);
  }

  /**
   * A user agent that is not registered yet, and may have tunnels opened by an IKE daemon.
   *
   * @param account who it is
   * @param device what it shows to its peers
   * @param charon the IKE daemon, which need not be there unless tunnels are to be opened; they end
   *     with this user agent
   * @param timing how long it waits for things
   * @param clock tells the time
   * @param sourceAddress tells this machine's address
   * @param holes which holes to open in this side's firewall
   * @param listener is told of what it does by itself
   */
  public UserAgent(
      Account account,
      Device device,
      Charon charon,
      Timing timing,
      Clock clock,
      SourceAddress sourceAddress,
      FirewallPolicy holes,
      UserAgentListener listener) {
    this.own = account.aor();
    this.device = device;
    this.charon = charon;
    this.timing = timing;
    this.sourceAddress = sourceAddress;
    this.listener = new GuardedListener(listener);
    String name = "m2mx-ua-" + account.aor().user();
    this.timer = Executors.newSingleThreadScheduledExecutor(daemons(name + "-timer"));
    this.calls = Executors.newCachedThreadPool(daemons(name + "-call"));
    this.signalling = new Signalling(account, timing, clock, timer, new Events());
    this.inviter = new InviteClient(signalling);
    this.messenger = new MessageClient(signalling);
    this.watcher = new PresenceClient(signalling);
    this.knocker = new KnockClient(signalling);
    this.registrar = new RegistrarClient(signalling, device.instanceUrn());
    this.firewall =
        new Firewall(holes, daemons(name + "-firewall"), clock, this.listener::firewall);
    this.keeper =
        new RegistrationKeeper(
            account.aor(),
            signalling,
            registrar,
            sourceAddress,
            timing,
            clock,
            this.listener,
            firewall::renewAtOnce,
            this::connectedAnew);
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Connects to the server without registering yet; {@link #register} does this by itself.
   *
   * @return the connection
   * @throws UserAgentException if the server cannot be reached or is not to be trusted
   */
  public ServerConnection connect() throws UserAgentException {
    signalling.connect();
    return new ServerConnection(
        signalling.localAddress(),
        signalling.remoteAddress(),
        signalling.tlsProtocol(),
        signalling.tlsCipherSuite(),
        signalling.serverCertificate());
  }

  /**
   * Connects and registers, and keeps registered until {@link #close}. To be called once.
   *
   * @return the registration as it stands
   * @throws UserAgentException if the server cannot be reached, is not to be trusted, or refuses
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Registration register() throws UserAgentException, InterruptedException {
    charon.tidy(device.privateKey());
    Registration registration = keeper.start();
    firewall.prepare(registration.localAddress().getAddress());
    return registration;
  }

  /**
   * Accepts calls from now on. Without a handler, callers are told that the user is not there
   * (480).
   *
   * @param handler answers them; it replaces the one before
   */
  public void onCall(CallHandler handler) {
    this.handler = handler;
  }

  /**
   * Takes text messages from now on. Without a handler, senders are told that this user agent takes
   * none (405).
   *
   * @param handler takes them; it replaces the one before
   */
  public void onMessage(MessageHandler handler) {
    this.messageHandler = handler;
  }

  /**
   * Sends a text, by way of the server, which can read it: what only the peer may know goes through
   * a {@link Session}. Blocks until it is delivered. Whoever sends several sends one after the
   * other, so that they arrive in their order (RFC 3428 section 8).
   *
   * @param to to whom
   * @param text at most {@value MessageClient#LONGEST_TEXT} octets of UTF-8
   * @throws UserAgentException why it was not delivered
   * @throws InterruptedException if the waiting thread is interrupted; it may have been delivered
   */
  public void send(Aor to, String text) throws UserAgentException, InterruptedException {
    requireConnection();
    messenger.send(to, text);
  }

  /**
   * Asks whether somebody can be called now. Needs a connection, and no registration.
   *
   * @param whom whose presence
   * @return what the server says
   * @throws UserAgentException with reason {@code USER_UNKNOWN} if there is no such user or it does
   *     not permit this one to call it, and otherwise why it cannot be told
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Presence presence(Aor whom) throws UserAgentException, InterruptedException {
    requireConnection();
    return watcher.ask(whom);
  }

  /**
   * Asks which devices are registered under the account's name, and registers none. Needs a
   * connection.
   *
   * @return all of them
   * @throws UserAgentException if the server refuses, or the password is wrong
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public List<RegisteredDevice> registeredDevices()
      throws UserAgentException, InterruptedException {
    requireConnection();
    return registrar.query();
  }

  /**
   * Has the server knock at one of this machine's ports, as a peer would, from the address that
   * this user agent is connected to: by TCP with a connection, by UDP with a datagram, either with
   * the octets {@code m2mx-knock}, a space, the token and CRLF. Whether it comes in shows what the
   * firewalls between let through. Needs a connection; does not block.
   *
   * @param protocol by which to knock
   * @param port as the server sees it, from 1024
   * @param token what to know the knock by, 8 to 64 letters and digits
   * @return completes some seconds later, when what has not come will not come any more: with false
   *     if this server knocks at nobody's door, or with a {@link UserAgentException} if it refuses
   *     or there is no connection
   */
  public CompletableFuture<Boolean> requestKnock(
      TransportProtocol protocol, int port, String token) {
    return signalling.isConnected()
        ? knocker.ask(protocol, port, token)
        : CompletableFuture.failedFuture(notConnected());
  }

  private void requireConnection() throws UserAgentException {
    if (!signalling.isConnected()) {
      throw notConnected();
    }
  }

  private static UserAgentException notConnected() {
    return new UserAgentException(
        Reason.SERVER_UNREACHABLE,
        "There is no connection to the server",
        "Register first, and wait until it is back");
  }

  /**
   * Returns what channels can speak here, in the order of preference where nobody says otherwise:
   * tunnels only if the IKE daemon is there and takes orders from this process.
   */
  public List<DataProtocol> protocols() {
    try {
      charon.check();
      return DataProtocol.ALL;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "No tunnels: {0}", e.getMessage());
      return DataProtocol.USUAL;
    }
  }

  /**
   * Makes sure that channels can speak some protocols here.
   *
   * @param protocols any
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if one of them cannot be had; it
   *     says what is missing
   */
  public void requireProtocols(List<DataProtocol> protocols) throws UserAgentException {
    if (protocols.contains(DataProtocol.IKE_ESP_UDPENCAP)) {
      DataEndpoints.requireTunnels(charon);
    }
  }

  /**
   * Calls another user agent and opens a data channel to it, by what {@link #protocols} says.
   * Blocks until it is open.
   *
   * @param callee whom to call
   * @param limit how long to let it ring
   * @return the session, its channel open and the peer's certificate verified
   * @throws UserAgentException why there is no session
   * @throws InterruptedException if the waiting thread is interrupted; the call is taken back
   */
  public Session call(Aor callee, Duration limit) throws UserAgentException, InterruptedException {
    return call(callee, limit, protocols());
  }

  /**
   * Calls another user agent and opens a data channel by one of some protocols to it. Blocks until
   * it is open.
   *
   * @param callee whom to call
   * @param limit how long to let it ring
   * @param protocols what the channel may speak, the best first; the callee chooses
   * @return the session, its channel open and the peer's certificate verified
   * @throws UserAgentException why there is no session
   * @throws InterruptedException if the waiting thread is interrupted; the call is taken back
   */
  public Session call(Aor callee, Duration limit, List<DataProtocol> protocols)
      throws UserAgentException, InterruptedException {
    return call(callee, limit, new ChannelTerms(protocols, false));
  }

  /**
   * Calls another user agent and opens such a data channel to it. Blocks until it is open.
   *
   * @param callee whom to call
   * @param limit how long to let it ring
   * @param terms what the channel may be; the callee chooses
   * @return the session, its channel open and the peer's certificate verified
   * @throws UserAgentException why there is no session
   * @throws InterruptedException if the waiting thread is interrupted; the call is taken back
   */
  public Session call(Aor callee, Duration limit, ChannelTerms terms)
      throws UserAgentException, InterruptedException {
    requireConnection();
    try (DataEndpoints endpoints =
            DataEndpoints.listen(
                terms.protocols(), device, charon, signalling.localAddress().getAddress());
        OfferedHoles holes =
            offerHoles(endpoints.addresses(), signalling.remoteAddress().getAddress())) {
      Offer offer =
          Offer.of(
              newOrigin(), holes.addresses(), device.credential(), newTlsId(), terms.resumption());
      InviteClient.Answered answered =
          inviter.invite(
              callee,
              offer.description().toString(),
              limit,
              status -> listener.progress(callee, status));
      listener.answered(callee);
      SessionDescription answer = read(answered);
      Agreement agreement = settle(offer, answer, answered.dialog());
      DataEndpoint endpoint = endpoints.keep(agreement.protocol());
      return openSession(
          answered.dialog(),
          endpoint,
          agreement,
          hole(answered.dialog(), holes, endpoint, agreement),
          new SessionMedia.Descriptions(offer.description(), answer.origin()));
    }
  }

  /**
   * Names an association of datagrams (RFC 8842 section 4) or a tunnel: 120 bits, 20 characters.
   */
  String newTlsId() {
    byte[] bytes = new byte[15];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /**
   * Opens what an offer has to name, where this side's address is another outside.
   *
   * @param listening where this side listens, all at one address
   * @param destination whither that address may be translated
   * @throws UserAgentException with reason {@code FIREWALL} if such holes are not admitted
   */
  OfferedHoles offerHoles(Map<DataProtocol, InetSocketAddress> listening, InetAddress destination)
      throws UserAgentException {
    InetAddress own = listening.values().iterator().next().getAddress();
    return sourceAddress.isTranslated(own, destination)
        ? OfferedHoles.open(listening, this::mapPort)
        : OfferedHoles.none(listening);
  }

  private SessionHole mapPort(DataProtocol protocol, InetSocketAddress own)
      throws UserAgentException {
    try {
      return firewall.map(transport(protocol), own);
    } catch (FirewallException e) {
      throw noHole(e);
    }
  }

  private static TransportProtocol transport(DataProtocol protocol) {
    return switch (protocol) {
      case TCP_TLS -> TransportProtocol.TCP;
      case UDP_DTLS, IKE_ESP_UDPENCAP -> TransportProtocol.UDP;
    };
  }

  private static UserAgentException noHole(FirewallException e) {
    if (e instanceof FirewallClosedException) {
      return stopped(e);
    }
    return new UserAgentException(
        Reason.FIREWALL,
        e.getMessage(),
        "Switch UPnP IGD:2 on in the gateway and use IPv6, or admit a coarser hole",
        e);
  }

  private static UserAgentException stopped(FirewallException cause) {
    return new UserAgentException(
        Reason.INTERRUPTED, "The user agent was stopped", "Nothing is left to do", cause);
  }

  /** Takes or opens the hole of an offer of this side's that was answered, or ends the call. */
  SessionHole hole(
      InviteDialog dialog, OfferedHoles offered, DataEndpoint endpoint, Agreement agreement)
      throws UserAgentException {
    try {
      return offered.isEmpty() ? openHole(endpoint, agreement) : offered.keep(agreement);
    } catch (UserAgentException | RuntimeException e) {
      dialog.bye();
      throw e;
    }
  }

  /**
   * Lets the peer in, if it is the one to connect. From which port a stream will come is not known,
   * since RFC 4145 leaves that to the active side; datagrams come from the one signalled.
   *
   * <p>Where this side's address is translated the peer has to be told the one that it will see,
   * even if it is this side that connects: then the hole is closed as soon as it has told.
   *
   * @throws UserAgentException with reason {@code FIREWALL} if only a coarser hole than is admitted
   *     can be had, {@code INTERRUPTED} if this user agent is closed
   */
  SessionHole openHole(DataEndpoint endpoint, Agreement agreement) throws UserAgentException {
    SessionHole hole = openHole(endpoint.address(), agreement);
    Optional<InnerPath> inside =
        agreement.role() == Setup.ACTIVE ? Optional.empty() : endpoint.inside(agreement);
    if (inside.isEmpty()) {
      return hole;
    }
    InnerPath path = inside.get();
    try {
      return hole.with(
          firewall.openInside(endpoint.address().getAddress(), path.own(), path.peer()));
    } catch (FirewallException e) {
      hole.close();
      throw noHole(e);
    } catch (RuntimeException e) {
      hole.close();
      throw e;
    }
  }

  private SessionHole openHole(InetSocketAddress own, Agreement agreement)
      throws UserAgentException {
    InetSocketAddress peer = agreement.peer();
    if (sourceAddress.isTranslated(own.getAddress(), peer.getAddress())) {
      SessionHole hole = mapPort(agreement.protocol(), own);
      if (agreement.role() == Setup.ACTIVE) {
        hole.close();
      }
      return hole;
    }
    if (agreement.role() == Setup.ACTIVE) {
      return SessionHole.NONE;
    }
    OptionalInt port =
        agreement.protocol() == DataProtocol.TCP_TLS
            ? OptionalInt.empty()
            : OptionalInt.of(peer.getPort());
    try {
      return firewall.open(transport(agreement.protocol()), own, peer.getAddress(), port);
    } catch (FirewallException e) {
      throw noHole(e);
    }
  }

  private static SessionDescription read(InviteClient.Answered answered) throws UserAgentException {
    try {
      return SessionDescription.parse(answered.answer());
    } catch (SdpException e) {
      throw misfit(answered.dialog(), e);
    }
  }

  private static Agreement settle(Offer offer, SessionDescription answer, InviteDialog dialog)
      throws UserAgentException {
    try {
      return offer.settle(answer);
    } catch (SdpException e) {
      throw misfit(dialog, e);
    }
  }

  /** An answer that cannot be agreed to ends the call. */
  static UserAgentException misfit(InviteDialog dialog, SdpException cause) {
    dialog.bye();
    return new UserAgentException(
        Reason.NO_COMMON_PROTOCOL,
        "The answer of " + dialog.peer() + " does not fit: " + cause.getMessage(),
        "Have its maker check it against the integrators' guide",
        cause);
  }

  /** Opens the data channel of a dialog that stands, or ends the dialog and closes the hole. */
  Session openSession(
      InviteDialog dialog,
      DataEndpoint endpoint,
      Agreement agreement,
      SessionHole hole,
      SessionMedia.Descriptions descriptions)
      throws UserAgentException {
    try {
      return establish(dialog, endpoint, agreement, hole, descriptions);
    } catch (RuntimeException | Error e) {
      hole.close();
      dialog.bye();
      throw e;
    }
  }

  private Session establish(
      InviteDialog dialog,
      DataEndpoint endpoint,
      Agreement agreement,
      SessionHole hole,
      SessionMedia.Descriptions descriptions)
      throws UserAgentException {
    // Not by the thread that reads messages: an IKE daemon may take its time.
    dialog.ended().thenAcceptAsync(end -> endpoint.abort(), calls);
    DataChannel connection = openChannel(dialog, endpoint, agreement, hole, failure -> true);
    SessionMedia media =
        new SessionMedia(
            this,
            dialog,
            descriptions,
            agreement.resumption(),
            timing.patience(),
            connection,
            hole);
    Session session = new Session(dialog, media, timer, calls);
    Following following = new Following(session, dialog, keeper, timing, listener, timer, calls);
    following.begin();
    boolean late;
    synchronized (sessions) {
      late = over;
      if (!late) {
        sessions.put(session, following);
      }
    }
    session.ended().thenAccept(nothing -> sessions.remove(session));
    if (late) {
      session.close();
      throw stopped(null);
    }
    return session;
  }

  /** There is a new connection to the server, perhaps from another address or after a sleep. */
  private void connectedAnew() {
    firewall.prepare(signalling.localAddress().getAddress());
    firewall.renewAtOnce();
    sessions.values().forEach(Following::reconnected);
  }

  /**
   * Opens a channel of a dialog that stands, or closes the hole. When the dialog ends meanwhile the
   * endpoint has to be aborted.
   *
   * @param ending says of which failures the dialog ends, too
   */
  DataChannel openChannel(
      InviteDialog dialog,
      DataEndpoint endpoint,
      Agreement agreement,
      SessionHole hole,
      Predicate<UserAgentException> ending)
      throws UserAgentException {
    try {
      DataChannel channel = endpoint.open(agreement, timing.dataChannel());
      recognise(dialog.peer(), channel);
      return channel;
    } catch (UserAgentException e) {
      hole.close();
      PathDiagnosis diagnosis = new PathDiagnosis(own, agreement, hole);
      UserAgentException explained = diagnosis.explain(e, dialog);
      if (ending.test(e)) {
        diagnosis.hangUp(e, dialog);
      }
      throw explained;
    }
  }

  /**
   * The signalled fingerprint proves that the channel leads to whom the server named; what was
   * remembered proves that the server named the right one.
   */
  private void recognise(Aor peer, DataChannel channel) throws UserAgentException {
    try {
      if (device.peers().meet(peer, channel.peerFingerprint())) {
        listener.firstMet(peer, channel.peerFingerprint());
      }
    } catch (UserAgentException e) {
      try {
        channel.close();
      } catch (IOException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
  }

  /** Returns the count of bytes on all connections to the server so far, below TLS. */
  public Traffic signallingTraffic() {
    return signalling.traffic();
  }

  /** Takes a fresh port, or the IKE daemon's. */
  DataEndpoint listen(DataProtocol protocol, InetAddress address) throws UserAgentException {
    return DataEndpoint.listen(protocol, device, charon, address);
  }

  Device device() {
    return device;
  }

  /** For what may take some time. */
  Executor threads() {
    return calls;
  }

  Origin newOrigin() {
    return Origin.random(random);
  }

  SourceAddress sourceAddress() {
    return sourceAddress;
  }

  /**
   * Takes back calls that still ring there and refuses those that ring here (480), and messages
   * that were not shown yet, {@linkplain Session#breakOff breaks all sessions off}, closes their
   * holes, unregisters and disconnects. Another thread that closes it meanwhile waits until that is
   * done.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    handler = null;
    messageHandler = null;
    if (signalling.isConnected()) {
      signalling.cancelInvites();
      ringing.forEach(invite -> invite.refuse(TEMPORARILY_UNAVAILABLE, null));
      showing.forEach(ReceivedMessage::notDelivered);
    }
    synchronized (sessions) {
      over = true;
    }
    CompletableFuture.allOf(
            sessions.keySet().stream()
                .map(session -> CompletableFuture.runAsync(session::breakOff, calls))
                .toArray(CompletableFuture[]::new))
        .join();
    firewall.close();
    charon.endAll();
    keeper.stop();
    signalling.close();
    timer.shutdownNow();
    calls.shutdownNow();
  }

  private final class Events implements Signalling.Events {
    @Override
    public void connectionLost() {
      keeper.connectionLost();
    }

    @Override
    public void invited(ReceivedInvite invite) {
      calls.execute(() -> answer(invite));
    }

    @Override
    public boolean takesMessages() {
      return messageHandler != null;
    }

    @Override
    public void messaged(ReceivedMessage message) {
      calls.execute(() -> show(message));
    }
  }

  private void show(ReceivedMessage received) {
    // Before the handler is looked at, as with calls.
    showing.add(received);
    try {
      MessageHandler taking = messageHandler;
      if (taking == null) {
        received.notDelivered();
        return;
      }
      taking.received(received.message());
      received.delivered();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "A message could not be shown", e);
      received.notDelivered();
    } finally {
      showing.remove(received);
    }
  }

  private void answer(ReceivedInvite invite) {
    // Before the handler is looked at: whoever takes it away refuses what rings then.
    ringing.add(invite);
    try {
      CallHandler answering = handler;
      if (answering == null) {
        invite.refuse(TEMPORARILY_UNAVAILABLE, null);
        return;
      }
      ReceivedOffer offer =
          ReceivedOffer.accept(SessionDescription.parse(invite.offer()), DataProtocol.ALL);
      invite.ring();
      answer(answering, new IncomingCall(this, invite, offer));
    } catch (SdpException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "Call-ID {0}: refused the offer of {1}: {2}",
          invite.callId(),
          invite.caller(),
          e.getMessage());
      invite.refuse(NOT_ACCEPTABLE_HERE, e.getMessage());
    } finally {
      ringing.remove(invite);
    }
  }

  private static void answer(CallHandler answering, IncomingCall call) {
    try {
      answering.called(call);
      call.decline();
    } catch (UserAgentException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "Call-ID {0}: no call with {1}: {2}",
          call.callId(),
          call.caller(),
          e.getMessage());
      call.fail(TEMPORARILY_UNAVAILABLE);
    } catch (InterruptedException e) {
      call.fail(TEMPORARILY_UNAVAILABLE);
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "Call-ID " + call.callId() + ": the call with " + call.caller() + " cannot go on",
          e);
      call.fail(SERVER_INTERNAL_ERROR);
    }
  }
}
