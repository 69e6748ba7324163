package org.m2mx.ua.data;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/** An end of a stream: TLS 1.3 over TCP, with both certificates. */
final class StreamEndpoint implements DataEndpoint {
  private static final System.Logger LOG = System.getLogger(StreamEndpoint.class.getName());
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final Device device;
  private final ServerSocket listener;
  private volatile Socket opening;

  private StreamEndpoint(Device device, ServerSocket listener) {
    this.device = device;
    this.listener = listener;
  }

  static StreamEndpoint listen(Device device, InetAddress address) throws UserAgentException {
    try {
      return new StreamEndpoint(device, new ServerSocket(0, 1, address));
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
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  @Override
  public DataChannel open(Agreement agreement, Duration limit) throws UserAgentException {
    long deadline = System.nanoTime() + limit.toNanos();
    PeerTrust trust = new PeerTrust(agreement.peerFingerprints());
    boolean active = agreement.role() == Setup.ACTIVE;
    Socket socket;
    try {
      socket = active ? connect(agreement, deadline) : accept(agreement, deadline);
    } catch (IOException e) {
      throw NoChannel.noPath(agreement, address(), e);
    }
    try {
      return handshake(socket, active, trust, deadline);
    } catch (IOException | GeneralSecurityException e) {
      close(socket);
      if (trust.refused() != null) {
        throw NoChannel.mismatch(agreement, trust.refused(), e);
      }
      throw NoChannel.brokenOff(agreement, address(), e);
    }
  }

  private Socket connect(Agreement agreement, long deadline) throws IOException {
    InetAddress own = listener.getInetAddress();
    listener.close();
    Socket socket = new Socket();
    opening = socket;
    // The peer's firewall lets in the address that was signalled, and no other of this machine.
    socket.bind(new InetSocketAddress(own, 0));
    socket.connect(agreement.peer(), millisUntil(deadline));
    return socket;
  }

  private Socket accept(Agreement agreement, long deadline) throws IOException {
    while (true) {
      listener.setSoTimeout(millisUntil(deadline));
      Socket socket = listener.accept();
      if (socket.getInetAddress().equals(agreement.peer().getAddress())) {
        opening = socket;
        listener.close();
        return socket;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "Refused a connection from {0}: only {1} was signalled",
          IpText.of(socket.getInetAddress()),
          IpText.of(agreement.peer().getAddress()));
      socket.close();
    }
  }

  private DataChannel handshake(Socket socket, boolean active, PeerTrust trust, long deadline)
      throws IOException, GeneralSecurityException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(millisUntil(deadline));
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
    opening = null;
    return new StreamChannel(tls, device.fingerprint());
  }

  private SSLContext context(PeerTrust trust) throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    char[] noPassword = new char[0];
    keys.setKeyEntry(
        "device", device.privateKey(), noPassword, new Certificate[] {device.certificate()});
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, noPassword);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keyManagers.getKeyManagers(), new TrustManager[] {trust}, new SecureRandom());
    return context;
  }

  private static int millisUntil(long deadline) throws SocketTimeoutException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    close(listener);
  }

  @Override
  public void abort() {
    close(listener);
    Socket socket = opening;
    if (socket != null) {
      close(socket);
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
