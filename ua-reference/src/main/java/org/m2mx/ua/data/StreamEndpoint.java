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
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Setup;

/**
 * This side's end of a {@code TCP/TLS} stream that is being agreed on. It listens from the start on
 * a fresh port of one address, since whether it will be the passive side may not be settled yet,
 * and stops as soon as it has its one connection or needs none.
 *
 * <p>TLS 1.3 with both certificates; each must have the fingerprint that its owner signalled.
 */
public final class StreamEndpoint implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StreamEndpoint.class.getName());
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final Device device;
  private final ServerSocket listener;
  private volatile Socket opening;

  private StreamEndpoint(Device device, ServerSocket listener) {
    this.device = device;
    this.listener = listener;
  }

  /**
   * Listens on a fresh port.
   *
   * @param device whose certificate to show
   * @param address one of this machine's addresses
   * @return the endpoint, to be closed once the stream is open or has failed
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if the system gives no port
   */
  public static StreamEndpoint listen(Device device, InetAddress address)
      throws UserAgentException {
    try {
      return new StreamEndpoint(device, new ServerSocket(0, 1, address));
    } catch (IOException e) {
      throw new UserAgentException(
          Reason.DATA_CHANNEL,
          "No port to listen on at " + IpText.of(address) + " (" + e.getMessage() + ")",
          "Check this machine's addresses",
          e);
    }
  }

  /** Returns where this endpoint listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /**
   * Opens the stream in the agreed role, and blocks until it is open.
   *
   * @param agreement what offer and answer have settled
   * @param limit how long it may take from now
   * @return the open channel
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if no connection came about in
   *     time, {@code FINGERPRINT_MISMATCH} if the peer is not who it said
   */
  public DataChannel open(Agreement agreement, Duration limit) throws UserAgentException {
    long deadline = System.nanoTime() + limit.toNanos();
    PeerTrust trust = new PeerTrust(agreement.peerFingerprints());
    boolean active = agreement.role() == Setup.ACTIVE;
    Socket socket;
    try {
      socket = active ? connect(agreement, deadline) : accept(agreement, deadline);
    } catch (IOException e) {
      throw failed(
          agreement, e, "Check that the firewalls on both sides let the two talk directly");
    }
    try {
      return handshake(socket, active, trust, deadline);
    } catch (IOException | GeneralSecurityException e) {
      close(socket);
      if (trust.refused() != null) {
        throw mismatch(agreement, trust.refused(), e);
      }
      throw failed(agreement, e, "See on the peer's side why it broke off");
    }
  }

  private Socket connect(Agreement agreement, long deadline) throws IOException {
    listener.close();
    Socket socket = new Socket();
    opening = socket;
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

  private static UserAgentException mismatch(
      Agreement agreement, Fingerprint shown, Exception cause) {
    return new UserAgentException(
        Reason.FINGERPRINT_MISMATCH,
        "The peer at "
            + IpText.of(agreement.peer().getAddress())
            + " showed a certificate with "
            + shown
            + " but signalled "
            + agreement.peerFingerprints().get(0),
        "Somebody may stand in between: do not trust this network, and tell the peer's owner",
        cause);
  }

  private UserAgentException failed(Agreement agreement, Exception cause, String remedy) {
    String how =
        agreement.role() == Setup.ACTIVE
            ? "No data connection to " + IpText.of(agreement.peer())
            : "No data connection from "
                + IpText.of(agreement.peer().getAddress())
                + " to "
                + IpText.of(address());
    String why =
        cause instanceof SocketTimeoutException ? "timed out" : String.valueOf(cause.getMessage());
    return new UserAgentException(Reason.DATA_CHANNEL, how + " (" + why + ")", remedy, cause);
  }

  private static int millisUntil(long deadline) throws SocketTimeoutException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  /** Stops listening. Does not touch a connection. */
  @Override
  public void close() {
    close(listener);
  }

  /** Breaks off an {@link #open} that another thread waits in. Does not touch an open channel. */
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
