package org.m2mx.ua.data;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

  private final Device device;
  private final Charon charon;
  private final InetSocketAddress address;

  /** What is open while there is no channel; the channel takes the tunnel over. */
  private Tunnel tunnel;

  private final OneConnection connection = new OneConnection();
  private boolean closed;

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
    prepared(agreement);
  }

  private Tunnel prepared(Agreement agreement) throws UserAgentException {
    try {
      return ready(agreement);
    } catch (IOException e) {
      throw NoChannel.brokenOff(agreement, address, e);
    }
  }

  private synchronized Tunnel ready(Agreement agreement) throws IOException {
    if (closed) {
      throw new IOException("broken off");
    }
    if (tunnel == null) {
      tunnel = charon.prepare(request(agreement));
      if (agreement.role() == Setup.PASSIVE) {
        connection.listen(tunnel.inside(), PORT);
      }
    }
    return tunnel;
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
    Deadline deadline = Deadline.in(limit);
    Tunnel prepared = prepared(agreement);
    Socket socket;
    try {
      socket =
          agreement.role() == Setup.ACTIVE
              ? connect(prepared, deadline)
              : connection.accept(prepared.peerInside(), deadline);
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
      handOver();
      return channel;
    } catch (IOException e) {
      throw NoChannel.brokenOff(agreement, address, e);
    }
  }

  private Socket connect(Tunnel prepared, Deadline deadline) throws IOException {
    prepared.initiate(Duration.ofMillis(deadline.millisLeft()));
    return connection.connect(
        prepared.inside(), new InetSocketAddress(prepared.peerInside(), PORT), deadline);
  }

  private synchronized void handOver() throws IOException {
    connection.handOver();
    tunnel = null;
  }

  @Override
  public void abort() {
    close();
  }

  /** The port is the daemon's, and stays. */
  @Override
  public void close() {
    Tunnel left;
    synchronized (this) {
      closed = true;
      left = tunnel;
      tunnel = null;
      connection.close();
    }
    if (left != null) {
      left.close();
    }
  }
}
