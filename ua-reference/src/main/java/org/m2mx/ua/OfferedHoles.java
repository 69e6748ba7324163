package org.m2mx.ua;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.m2mx.ua.firewall.SessionHole;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/**
 * The ways in that a caller opens before its offer, where a gateway translates its address: the
 * offer has to name what the gateway lends. There is one for each protocol; the session takes the
 * one that it is for, and the others are closed.
 */
final class OfferedHoles implements AutoCloseable {
  private final Map<DataProtocol, InetSocketAddress> listening;
  private final Map<DataProtocol, SessionHole> holes = new EnumMap<>(DataProtocol.class);

  private OfferedHoles(Map<DataProtocol, InetSocketAddress> listening) {
    this.listening = listening;
  }

  /** None, since the address is the same inside and outside. */
  static OfferedHoles none(Map<DataProtocol, InetSocketAddress> listening) {
    return new OfferedHoles(listening);
  }

  /** Opens a hole to an end. */
  @FunctionalInterface
  interface Mapper {
    SessionHole map(DataProtocol protocol, InetSocketAddress own) throws UserAgentException;
  }

  /**
   * Opens one for each end; where one cannot be had, the others are not asked for.
   *
   * @throws UserAgentException if there may be none
   */
  static OfferedHoles open(Map<DataProtocol, InetSocketAddress> listening, Mapper mapper)
      throws UserAgentException {
    OfferedHoles offered = new OfferedHoles(listening);
    SessionHole missing = null;
    try {
      for (Map.Entry<DataProtocol, InetSocketAddress> end : listening.entrySet()) {
        SessionHole hole = missing == null ? mapper.map(end.getKey(), end.getValue()) : missing;
        missing = hole.outside().isEmpty() ? hole : null;
        offered.holes.put(end.getKey(), hole);
      }
      return offered;
    } catch (UserAgentException e) {
      offered.close();
      throw e;
    }
  }

  /** Returns where peers are to look, in the order of the ends. */
  Map<DataProtocol, InetSocketAddress> addresses() {
    Map<DataProtocol, InetSocketAddress> addresses = new LinkedHashMap<>();
    listening.forEach(
        (protocol, own) ->
            addresses.put(
                protocol, holes.getOrDefault(protocol, SessionHole.NONE).outside().orElse(own)));
    return addresses;
  }

  /** Says whether the session's hole is still to be opened, now that the peer is known. */
  boolean isEmpty() {
    return holes.isEmpty();
  }

  /** Gives one away, which is not closed together with this; none if nobody comes that way. */
  SessionHole keep(Agreement agreement) {
    return agreement.role() == Setup.PASSIVE
        ? holes.remove(agreement.protocol())
        : SessionHole.NONE;
  }

  @Override
  public void close() {
    holes.values().forEach(SessionHole::close);
  }
}
