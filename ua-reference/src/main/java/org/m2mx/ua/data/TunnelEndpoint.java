package org.m2mx.ua.data;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.ike.ImpostorException;
import org.m2mx.ua.ike.Tunnel;
import org.m2mx.ua.ike.TunnelRequest;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/**
 * An end of a tunnel for IP (RFC 6193): IKEv2 and ESP in UDP, by the machine's IKE daemon, whose
 * port all sessions share. The session's own data goes by TCP inside.
 */
final class TunnelEndpoint implements DataEndpoint {
  /** That of the passive side, inside the tunnel: "m2" in ASCII. */
  private static final int PORT = 0x6d32;

  private static final System.Logger LOG = System.getLogger(TunnelEndpoint.class.getName());

  private final Device device;
  private final Charon charon;
  private final InetSocketAddress address;

  /** What is open while there is no channel; the channel takes the tunnel over. */
  private Tunnel tunnel;

  private ServerSocket listener;
  private Socket opening;
  private boolean aborted;

  private TunnelEndpoint(Device device, Charon charon, InetSocketAddress address) {
    this.device = device;
    this.charon = charon;
    this.address = address;
  }

  static TunnelEndpoint listen(Device device, Charon charon, InetAddress address)
      throws UserAgentException {
    DataEndpoints.requireTunnels(charon);
    return new TunnelEndpoint(device, charon, new InetSocketAddress(address, Charon.PORT));
  }

  @Override
  public DataProtocol protocol() {
    return DataProtocol.IKE_ESP_UDPENCAP;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public Optional<InnerPath> inside(Agreement agreement) {
    TunnelRequest request = request(agreement);
    return Optional.of(
        new InnerPath(new InetSocketAddress(request.inside(), PORT), request.peerInside()));
  }

  @Override
  public void prepare(Agreement agreement) throws UserAgentException {
    try {
      ready(agreement);
    } catch (IOException e) {
      throw NoChannel.brokenOff(agreement, address, e);
    }
  }

  private synchronized void ready(Agreement agreement) throws IOException {
    if (aborted) {
      throw new IOException("broken off");
    }
    if (tunnel == null) {
      boolean active = agreement.role() == Setup.ACTIVE;
      tunnel = charon.prepare(request(agreement));
      if (!active) {
        listener = new ServerSocket(PORT, 1, tunnel.inside());
      }
    }
  }

  private TunnelRequest request(Agreement agreement) {
    return new TunnelRequest(
        agreement.tunnel().name(),
        address,
        agreement.peer(),
        agreement.role() == Setup.ACTIVE,
        device.privateKey(),
        device.certificate(),
        agreement.tunnel().certificate());
  }

  @Override
  public DataChannel open(Agreement agreement, Duration limit) throws UserAgentException {
    long deadline = System.nanoTime() + limit.toNanos();
    prepare(agreement);
    Tunnel prepared;
    synchronized (this) {
      prepared = tunnel;
    }
    Socket socket;
    try {
      socket =
          agreement.role() == Setup.ACTIVE
              ? connect(prepared, deadline)
              : accept(prepared, deadline);
    } catch (ImpostorException e) {
      throw NoChannel.impostor(agreement, e);
    } catch (SocketTimeoutException e) {
      throw NoChannel.noPath(agreement, address, e);
    } catch (IOException e) {
      // Whoever waits knows only that nothing came.
      throw agreement.role() == Setup.ACTIVE
          ? NoChannel.brokenOff(agreement, address, e)
          : NoChannel.noPath(agreement, address, e);
    }
    try {
      socket.setTcpNoDelay(true);
      String cipher =
          prepared.cipher().orElseThrow(() -> new IOException("the tunnel does not stand"));
      DataChannel channel = new TunnelChannel(prepared, socket, request(agreement), cipher);
      synchronized (this) {
        tunnel = null;
        opening = null;
      }
      return channel;
    } catch (IOException e) {
      throw NoChannel.brokenOff(agreement, address, e);
    }
  }

  private Socket connect(Tunnel prepared, long deadline) throws IOException {
    prepared.initiate(Duration.ofMillis(millisUntil(deadline)));
    Socket socket = new Socket();
    open(socket);
    socket.bind(new InetSocketAddress(prepared.inside(), 0));
    socket.connect(new InetSocketAddress(prepared.peerInside(), PORT), millisUntil(deadline));
    return socket;
  }

  private Socket accept(Tunnel prepared, long deadline) throws IOException {
    while (true) {
      listener.setSoTimeout(millisUntil(deadline));
      Socket socket = listener.accept();
      if (socket.getInetAddress().equals(prepared.peerInside())) {
        open(socket);
        close(listener);
        return socket;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "Refused a connection from {0}: only {1} is the peer",
          IpText.of(socket.getInetAddress()),
          IpText.of(prepared.peerInside()));
      socket.close();
    }
  }

  private synchronized void open(Socket socket) throws IOException {
    opening = socket;
    if (aborted) {
      socket.close();
    }
  }

  private static int millisUntil(long deadline) throws SocketTimeoutException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  @Override
  public void abort() {
    synchronized (this) {
      aborted = true;
    }
    close();
  }

  /** The port is the daemon's, and stays. */
  @Override
  public void close() {
    Tunnel left;
    synchronized (this) {
      left = tunnel;
      tunnel = null;
      if (listener != null) {
        close(listener);
      }
      if (opening != null) {
        close(opening);
      }
    }
    if (left != null) {
      left.close();
    }
  }

  private static void close(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Closing a socket", e);
    }
  }
}
