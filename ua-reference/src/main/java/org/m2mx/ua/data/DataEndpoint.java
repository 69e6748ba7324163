package org.m2mx.ua.data;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;

/**
 * This side's end of a data channel that is being agreed on. It has a fresh port of one address
 * from the start, since whether it will be the passive side may not be settled yet, and gives it up
 * as soon as it has its one channel or needs none.
 */
public interface DataEndpoint extends AutoCloseable {

  /**
   * Takes a fresh port.
   *
   * @param protocol what the channel is to speak
   * @param device whose certificate to show
   * @param charon the IKE daemon, for tunnels
   * @param address one of this machine's addresses
   * @return the endpoint, to be closed once the channel is open or has failed
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if the system gives no port, or
   *     there is no such daemon
   */
  static DataEndpoint listen(
      DataProtocol protocol, Device device, Charon charon, InetAddress address)
      throws UserAgentException {
    return switch (protocol) {
      case TCP_TLS -> StreamEndpoint.listen(device, address);
      case UDP_DTLS -> PacketEndpoint.listen(device, address);
      case IKE_ESP_UDPENCAP -> TunnelEndpoint.listen(device, charon, address);
    };
  }

  /**
   * Takes a fresh port, or that of the IKE daemon where Debian's listens.
   *
   * @param protocol what the channel is to speak
   * @param device whose certificate to show
   * @param address one of this machine's addresses
   * @return the endpoint, to be closed once the channel is open or has failed
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if the system gives no port, or
   *     there is no such daemon
   */
  static DataEndpoint listen(DataProtocol protocol, Device device, InetAddress address)
      throws UserAgentException {
    return listen(protocol, device, new Charon(Charon.SOCKET), address);
  }

  /** Returns what the channel is to speak. */
  DataProtocol protocol();

  /** Returns where this endpoint listens. */
  InetSocketAddress address();

  /**
   * Returns the way that data takes inside the channel, as the machine's own firewall sees it;
   * empty where the channel is no tunnel.
   *
   * @param agreement what offer and answer settle
   */
  default Optional<InnerPath> inside(Agreement agreement) {
    return Optional.empty();
  }

  /**
   * Makes ready for a peer that may come as soon as it has the answer. To be called before that is
   * sent; {@link #open} does it where there is no answer to send.
   *
   * @param agreement what offer and answer settle
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if it cannot be
   */
  default void prepare(Agreement agreement) throws UserAgentException {}

  /**
   * Opens the channel in the agreed role, and blocks until it is open. Both sides have shown a
   * certificate with the fingerprint they had signalled by then.
   *
   * @param agreement what offer and answer have settled
   * @param limit how long it may take from now
   * @return the open channel
   * @throws UserAgentException with reason {@code NO_PATH} if nothing came from the peer in time,
   *     {@code DATA_CHANNEL} if it did but no channel came of it, {@code FINGERPRINT_MISMATCH} if
   *     the peer is not who it said
   */
  DataChannel open(Agreement agreement, Duration limit) throws UserAgentException;

  /** Breaks off an {@link #open} that another thread waits in. Does not touch an open channel. */
  void abort();

  /** Gives the port up. Does not touch an open channel. */
  @Override
  void close();
}
