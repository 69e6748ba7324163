package org.m2mx.ua.data;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/** An end of a stream: TLS 1.3 over TCP, with both certificates. */
final class StreamEndpoint implements DataEndpoint {
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final Device device;
  private final OneConnection connection;
  private final InetSocketAddress address;

  private StreamEndpoint(Device device, OneConnection connection) {
    this.device = device;
    this.connection = connection;
    this.address = connection.address();
  }

  static StreamEndpoint listen(Device device, InetAddress address) throws UserAgentException {
    try {
      OneConnection connection = new OneConnection();
      connection.listen(address, 0);
      return new StreamEndpoint(device, connection);
    } catch (IOException e) {
      throw NoChannel.noPort(address, e);
    }
  }

  @Override
  public DataProtocol protocol() {
    return DataProtocol.TCP_TLS;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public DataChannel open(Agreement agreement, Duration limit) throws UserAgentException {
    Deadline deadline = Deadline.in(limit);
    PeerTrust trust = new PeerTrust(agreement.peerFingerprints());
    boolean active = agreement.role() == Setup.ACTIVE;
    Socket socket;
    try {
      socket = active ? connect(agreement, deadline) : accept(agreement, deadline);
    } catch (IOException e) {
      throw NoChannel.noPath(agreement, address, e);
    }
    try {
      return handshake(socket, active, trust, deadline);
    } catch (IOException | GeneralSecurityException e) {
      connection.close();
      if (trust.refused() != null) {
        throw NoChannel.mismatch(agreement, trust.refused(), e);
      }
      throw NoChannel.brokenOff(agreement, address, e);
    }
  }

  private Socket connect(Agreement agreement, Deadline deadline) throws IOException {
    return connection.connect(address.getAddress(), agreement.peer(), deadline);
  }

  private Socket accept(Agreement agreement, Deadline deadline) throws IOException {
    return connection.accept(agreement.peer().getAddress(), deadline);
  }

  private DataChannel handshake(Socket socket, boolean active, PeerTrust trust, Deadline deadline)
      throws IOException, GeneralSecurityException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(deadline.millisLeft());
    SSLSocket tls =
        (SSLSocket)
            context(trust)
                .getSocketFactory()
                .createSocket(
                    socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    tls.setUseClientMode(active);
    tls.setEnabledProtocols(PROTOCOLS);
    if (!active) {
      tls.setNeedClientAuth(true);
    }
    tls.startHandshake();
    tls.setSoTimeout(0);
    DataChannel channel = new StreamChannel(tls, socket, device.fingerprint());
    connection.handOver();
    return channel;
  }

  private SSLContext context(PeerTrust trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(device.keyManagers(), new TrustManager[] {trust}, new SecureRandom());
    return context;
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public void abort() {
    connection.close();
  }
}
