package org.m2mx.ua.data;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.DataProtocol;

/** This side's ends while it is not settled yet which protocol will be spoken: one for each. */
public final class DataEndpoints implements AutoCloseable {
  private final Map<DataProtocol, DataEndpoint> endpoints = new LinkedHashMap<>();

  private DataEndpoints() {}

  /**
   * Takes a fresh port for each protocol.
   *
   * @param protocols not empty
   * @param device whose certificate to show
   * @param charon the IKE daemon, for tunnels
   * @param address one of this machine's addresses
   * @return the endpoints, in the same order
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if the system gives no ports
   */
  public static DataEndpoints listen(
      List<DataProtocol> protocols, Device device, Charon charon, InetAddress address)
      throws UserAgentException {
    DataEndpoints listening = new DataEndpoints();
    try {
      for (DataProtocol protocol : protocols) {
        listening.endpoints.put(protocol, DataEndpoint.listen(protocol, device, charon, address));
      }
      return listening;
    } catch (UserAgentException e) {
      listening.close();
      throw e;
    }
  }

  /**
   * Makes sure that this machine can have tunnels.
   *
   * @param charon its IKE daemon
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if not; it says what is missing
   */
  public static void requireTunnels(Charon charon) throws UserAgentException {
    try {
      charon.check();
    } catch (IOException e) {
      throw NoChannel.noDaemon(e);
    }
  }

  /** Returns where each listens. */
  public Map<DataProtocol, InetSocketAddress> addresses() {
    Map<DataProtocol, InetSocketAddress> addresses = new LinkedHashMap<>();
    endpoints.forEach((protocol, endpoint) -> addresses.put(protocol, endpoint.address()));
    return addresses;
  }

  /**
   * Gives up all but one.
   *
   * @param protocol one of those listened for
   * @return its endpoint, which is still closed together with this
   */
  public DataEndpoint keep(DataProtocol protocol) {
    DataEndpoint kept = endpoints.get(protocol);
    endpoints.values().stream().filter(other -> other != kept).forEach(DataEndpoint::close);
    return kept;
  }

  /** Gives all ports up. Does not touch an open channel. */
  @Override
  public void close() {
    endpoints.values().forEach(DataEndpoint::close);
  }
}
