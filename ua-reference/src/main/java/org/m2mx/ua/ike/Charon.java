package org.m2mx.ua.ike;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.vici.Section;
import org.m2mx.ua.vici.ViciConnection;
import org.m2mx.ua.vici.ViciException;

/**
 * strongSwan's IKE daemon on this machine, reached by its vici socket. It must encapsulate ESP in
 * UDP at port 4500, in the kernel or by its plugin kernel-libipsec. Safe for use by several
 * threads.
 */
public final class Charon {
  /** Where Debian's daemon listens. */
  public static final Path SOCKET = Path.of("/run/charon.vici");

  /** Where it speaks IKE, and ESP in UDP (RFC 3948, RFC 7296 section 2.23). */
  public static final int PORT = 4500;

  private static final System.Logger LOG = System.getLogger(Charon.class.getName());

  /** For what it answers at once. */
  private static final Duration SHORTLY = Duration.ofSeconds(5);

  /** What it takes a peer to answer, when a tunnel is ended. */
  private static final String FAREWELL_MILLIS = "1000";

  /** Between attempts to reach a peer whose daemon does not know of the tunnel yet. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final String PROPOSALS =
      "aes256gcm16-aes128gcm16-prfsha384-prfsha256-x25519-ecp256-ecp384";
  private static final String ESP_PROPOSALS = "aes256gcm16-aes128gcm16-x25519-ecp256-ecp384";

  /** How soon the initiator misses a peer that has gone. */
  private static final String DPD = "15s";

  /** With what is added to it, 8 to 26 hours, of which the jitter takes at most 4.6. */
  private static final int SOONEST_REKEYING_SECONDS = 28_800;

  private static final int MOST_JITTER_SECONDS = 0x3fff;

  /** What the child of a connection is called by which the peer comes. */
  private static final String ADMITTED = "-admitted";

  private final Path socket;
  private final InnerNetwork network;
  private final Duration limit;
  private final Set<Tunnel> tunnels = ConcurrentHashMap.newKeySet();
  private boolean over;

  /**
   * A daemon, which need not be there before it is used.
   *
   * @param socket its vici socket
   */
  public Charon(Path socket) {
    this(socket, InnerNetwork.ofSystem(), SHORTLY);
  }

  /** A daemon with time to answer, on a machine whose addresses are kept otherwise. */
  Charon(Path socket, InnerNetwork network, Duration limit) {
    this.socket = socket;
    this.network = network;
    this.limit = limit;
  }

  /**
   * Makes sure that it is there, is nobody else's, and that this user may have tunnels opened.
   *
   * @return what it says of itself, such as {@code charon-systemd 5.9.8}
   * @throws IOException if not; the message says what is missing
   */
  public String check() throws IOException {
    if (!Files.exists(socket)) {
      throw new IOException("there is no IKE daemon at " + socket);
    }
    Section version;
    try (ViciConnection vici = ViciConnection.open(socket)) {
      version = vici.request("version", new Section(), limit);
      requireOwn(vici);
    } catch (IOException e) {
      throw new IOException("the IKE daemon at " + socket + " says: " + e.getMessage(), e);
    }
    if (!Privileges.ofThisProcess().mayAdministerNetwork()) {
      throw new IOException("this user may not give the machine addresses (CAP_NET_ADMIN)");
    }
    return version.text("daemon").orElse("charon") + " " + version.text("version").orElse("");
  }

  /**
   * Ends what programs of before have left that were killed. Does nothing where there is no daemon.
   *
   * @param key a key that they may have given to it
   */
  public void tidy(PrivateKey key) {
    if (!Files.exists(socket)) {
      return;
    }
    try (ViciConnection vici = ViciConnection.open(socket)) {
      boolean left = false;
      for (Map.Entry<String, Section> connection : connections(vici).entrySet()) {
        Optional<ConnectionName> name = ConnectionName.parse(connection.getKey());
        if (name.isPresent() && name.get().isOrphan()) {
          left = true;
          LOG.log(
              System.Logger.Level.INFO,
              "Ending the tunnel {0} of a program that is gone",
              connection.getKey());
          end(vici, name.get());
          abandon(name.get());
        }
      }
      if (left) {
        CredentialsLock lock = CredentialsLock.acquire(socket, limit);
        try {
          forget(vici, give(vici, key));
        } finally {
          lock.release();
        }
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Not tidied at {0}: {1}", socket, e.getMessage());
    }
  }

  /**
   * Has the daemon ready for a tunnel: from now on it answers the peer.
   *
   * @param request between whom
   * @return the tunnel, which does not stand yet
   * @throws IOException if the daemon refuses or cannot be reached
   */
  public synchronized Tunnel prepare(TunnelRequest request) throws IOException {
    if (over) {
      throw new IOException("no tunnel any more: all have been ended");
    }
    ConnectionName name = ConnectionName.of(request);
    String keyId = null;
    try (ViciConnection vici = ViciConnection.open(socket)) {
      requireOwn(vici);
      network.join(name.inside(), name.peerInside());
      CredentialsLock lock = CredentialsLock.acquire(socket, limit);
      try {
        vici.request("load-conn", connection(name, request), limit);
        keyId = give(vici, request.key());
      } finally {
        lock.release();
      }
      Tunnel tunnel = new Tunnel(this, name, keyId);
      tunnels.add(tunnel);
      return tunnel;
    } catch (IOException e) {
      close(name, keyId);
      throw e;
    }
  }

  /**
   * Ends the tunnels that were prepared by this object, and waits for those that are ending. No
   * more can be prepared.
   */
  public void endAll() {
    synchronized (this) {
      over = true;
    }
    tunnels.forEach(Tunnel::close);
  }

  /** What it trusts for one connection, it trusts for all. */
  private void requireOwn(ViciConnection vici) throws IOException {
    Optional<String> other =
        connections(vici).keySet().stream()
            .filter(name -> ConnectionName.parse(name).isEmpty())
            .findFirst();
    if (other.isPresent()) {
      throw new IOException(
          "it has connections of others ("
              + other.get()
              + "), which would trust the peer's certificate, too: m2mx needs an IKE daemon of its"
              + " own, such as one with homes/charon.conf; name its socket with --vici");
    }
  }

  private String give(ViciConnection vici, PrivateKey key) throws IOException {
    Section arguments = new Section().put("type", "any").put("data", key.getEncoded());
    return vici.request("load-key", arguments, limit)
        .text("id")
        .orElseThrow(() -> new IOException("load-key: the daemon does not name the key"));
  }

  /**
   * Takes a key, if one was given, and the certificates back, unless they are still needed. By
   * whoever may change the credentials.
   */
  private void forget(ViciConnection vici, String keyId) throws IOException {
    Set<String> left = connections(vici).keySet();
    if (left.isEmpty()) {
      quietly(vici, "clear-creds", new Section());
    } else if (keyId != null
        && left.stream().allMatch(name -> ConnectionName.parse(name).isEmpty())) {
      // Somebody else has come after all, and may have credentials of their own.
      quietly(vici, "unload-key", new Section().put("id", keyId));
    }
  }

  private Map<String, Section> connections(ViciConnection vici) throws IOException {
    Map<String, Section> connections = new HashMap<>();
    vici.request(
        "list-conns",
        new Section(),
        limit,
        "list-conn",
        event -> connections.putAll(event.sections()));
    return connections;
  }

  /** One connection, whose only peer is the one with the certificate. */
  private static Section connection(ConnectionName name, TunnelRequest request) throws IOException {
    // The one who is asked cannot tell two sessions with the same peer apart by IKE, and takes
    // either's connection: the one who asks says which addresses the tunnel is for, and each
    // connection admits all that sessions between the two can have.
    Section children = new Section();
    if (request.initiates()) {
      children.put(name.toString(), child(name, Byte.SIZE * 16));
    }
    // Sends nothing by itself, so that its hole is the only way in.
    children.put(name + ADMITTED, child(name, InnerAddress.PREFIX_LENGTH).put("rekey_time", "0s"));
    Section connection =
        new Section()
            .put("version", "2")
            .putTexts("local_addrs", IpText.of(request.own().getAddress()))
            .putTexts("remote_addrs", IpText.of(request.peer().getAddress()))
            .put("local_port", String.valueOf(PORT))
            .put("remote_port", String.valueOf(request.peer().getPort()))
            .put("encap", "yes")
            .put("mobike", "no")
            // All devices may have the same name: it says nothing of who is who.
            .put("unique", "never")
            .putTexts("proposals", PROPOSALS);
    if (request.initiates()) {
      // Connections that are equal but for their name would share an association, and its end.
      int unlike = name.inside().hashCode();
      connection
          .put("dpd_delay", DPD)
          .put("rekey_time", SOONEST_REKEYING_SECONDS + (unlike >>> Short.SIZE) + "s")
          .put("rand_time", (unlike & MOST_JITTER_SECONDS) + "s");
    } else {
      connection.put("rekey_time", "0s");
    }
    try {
      connection
          .put(
              "local-1",
              new Section()
                  .put("auth", "pubkey")
                  .putOctets("certs", request.certificate().getEncoded()))
          .put(
              "remote-1",
              new Section()
                  .put("auth", "pubkey")
                  .putOctets("certs", request.peerCertificate().getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IOException("a certificate cannot be written: " + e.getMessage(), e);
    }
    connection.put("children", children);
    return new Section().put(name.toString(), connection);
  }

  /** What goes through a tunnel, of which so many bits of either address are given. */
  private static Section child(ConnectionName name, int length) {
    return new Section()
        .put("mode", "tunnel")
        .putTexts("local_ts", IpText.of(name.inside()) + "/" + length)
        .putTexts("remote_ts", IpText.of(name.peerInside()) + "/" + length)
        .putTexts("esp_proposals", ESP_PROPOSALS);
  }

  /** Has the daemon begin, again and again where the peer's does not know of the tunnel yet. */
  void initiate(ConnectionName name, ViciConnection vici, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Duration left = Duration.ofMillis(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      List<String> said = new ArrayList<>();
      try {
        vici.request(
            "initiate",
            new Section()
                .put("ike", name.toString())
                .put("child", name.toString())
                .put("timeout", String.valueOf(left.toMillis()))
                .put("init-limits", "no")
                .put("loglevel", "1"),
            left.plus(limit),
            "control-log",
            event -> event.text("msg").ifPresent(said::add));
        return;
      } catch (ViciException e) {
        Negotiation negotiation = new Negotiation(said);
        LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", name, said);
        if (!negotiation.mayComeLater() || System.nanoTime() - deadline > 0) {
          throw negotiation.failure(e);
        }
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Returns what a tunnel encrypts by; empty if it does not stand. */
  Optional<String> cipher(ConnectionName name) throws IOException {
    try (ViciConnection vici = ViciConnection.open(socket)) {
      return associations(vici).stream()
          .flatMap(association -> association.cipher(name).stream())
          .findFirst();
    }
  }

  /** Returns those that have come by a connection of a user agent's. */
  private List<Association> associations(ViciConnection vici) throws IOException {
    List<Association> associations = new ArrayList<>();
    vici.request(
        "list-sas",
        new Section(),
        limit,
        "list-sa",
        event ->
            event
                .sections()
                .forEach(
                    (connection, contents) ->
                        Association.parse(connection, contents).ifPresent(associations::add)));
    return associations;
  }

  ViciConnection connect() throws IOException {
    return ViciConnection.open(socket);
  }

  /** Ends a tunnel, whether it stands or not. */
  void close(Tunnel tunnel, ConnectionName name, String keyId) {
    close(name, keyId);
    tunnels.remove(tunnel);
  }

  /** With what has been done of a preparation, and by an interrupted thread as well. */
  private void close(ConnectionName name, String keyId) {
    boolean interrupted = Thread.interrupted();
    try (ViciConnection vici = ViciConnection.open(socket)) {
      end(vici, name);
      CredentialsLock lock = CredentialsLock.acquire(socket, limit);
      try {
        forget(vici, keyId);
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The IKE daemon at {0} was not told to end {1}: {2}",
          socket,
          name,
          e.getMessage());
    } finally {
      leave(name);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void leave(ConnectionName name) {
    try {
      network.leave(name.inside(), name.peerInside());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "{0}: {1}", name, e.getMessage());
    }
  }

  private void abandon(ConnectionName name) {
    try {
      network.abandon(name.inside());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "{0}: {1}", name, e.getMessage());
    }
  }

  /** First the connection, so that nobody comes back by it, then what nobody needs any more. */
  private void end(ViciConnection vici, ConnectionName name) throws IOException {
    quietly(vici, "unload-conn", new Section().put("name", name.toString()));
    // In this order: what has an association when it is looked at was loaded before.
    List<Association> associations = associations(vici);
    List<ConnectionName> left =
        connections(vici).keySet().stream()
            .map(ConnectionName::parse)
            .flatMap(Optional::stream)
            .toList();
    for (Association association : associations) {
      if (!association.isNeededBy(left)) {
        terminate(vici, "ike-id", association.id());
      } else {
        for (String child : association.childrenOf(name)) {
          terminate(vici, "child-id", child);
        }
      }
    }
  }

  private void terminate(ViciConnection vici, String kind, String id) throws IOException {
    quietly(
        vici,
        "terminate",
        new Section().put(kind, id).put("force", "yes").put("timeout", FAREWELL_MILLIS));
  }

  /** What is gone already need not be ended. */
  private void quietly(ViciConnection vici, String command, Section arguments) throws IOException {
    try {
      vici.request(command, arguments, limit);
    } catch (ViciException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0}", e.getMessage());
    }
  }
}
