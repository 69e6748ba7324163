package org.m2mx.sipcontainer.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.Transport;

/** The connections that are open. */
final class Connections {
  private final SipSettings settings;
  private final Map<String, Connection> byId = new ConcurrentHashMap<>();
  private final Map<Source, Integer> perSource = new HashMap<>();
  private final Set<Connection> handshaking = new LinkedHashSet<>();

  /** Those that are over, while their sockets are still to be closed by a worker. */
  private final Set<Connection> closing = ConcurrentHashMap.newKeySet();

  private final Map<Transport, Map<InetSocketAddress, Connection>> byPeer =
      new EnumMap<>(Transport.class);

  Connections(SipSettings settings) {
    this.settings = settings;
    for (Transport transport : Transport.values()) {
      byPeer.put(transport, new ConcurrentHashMap<>());
    }
  }

  void add(Connection connection) {
    byId.put(connection.id(), connection);
    byPeer.get(connection.transport()).put(connection.remote(), connection);
  }

  /** Its socket is to be closed. */
  void remove(Connection connection) {
    closing.add(connection);
    byId.remove(connection.id());
    byPeer.get(connection.transport()).remove(connection.remote(), connection);
    shookHands(connection);
    if (connection.isAccepted()) {
      synchronized (perSource) {
        perSource.computeIfPresent(
            Source.of(connection.remote().getAddress()),
            (source, count) -> count > 1 ? count - 1 : null);
      }
    }
  }

  /**
   * Counts a connection that is about to be accepted.
   *
   * @return why it must not be; empty when it may, and is counted until it is removed
   */
  Optional<String> admit(InetAddress peer) {
    if (byId.size() >= settings.maxConnections()) {
      return Optional.of("%d are open (%s)".formatted(byId.size(), SipSettings.MAX_CONNECTIONS));
    }
    synchronized (perSource) {
      Source source = Source.of(peer);
      int count = perSource.getOrDefault(source, 0);
      if (settings.maxConnectionsPerSource() > 0 && count >= settings.maxConnectionsPerSource()) {
        return Optional.of(
            "%d from %s are open (%s)"
                .formatted(count, Source.shown(peer), SipSettings.MAX_CONNECTIONS_PER_SOURCE));
      }
      perSource.put(source, count + 1);
      return Optional.empty();
    }
  }

  /**
   * A handshake begins. Of too many the oldest has had the most time and gives way: who opens
   * connections and falls silent cannot keep others out.
   */
  void handshaking(Connection connection) {
    Connection oldest = null;
    synchronized (handshaking) {
      handshaking.add(connection);
      if (handshaking.size() > settings.maxHandshakes()) {
        Iterator<Connection> all = handshaking.iterator();
        oldest = all.next();
        all.remove();
      }
    }
    if (oldest != null) {
      oldest.giveWay();
    }
  }

  /** A handshake is over, one way or the other. */
  void shookHands(Connection connection) {
    synchronized (handshaking) {
      handshaking.remove(connection);
    }
  }

  Optional<Connection> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Connection find(Transport transport, InetSocketAddress peer) {
    return byPeer.get(transport).get(peer);
  }

  int count(Transport transport) {
    return (int)
        byId.values().stream().filter(connection -> connection.transport() == transport).count();
  }

  void closeOverdue(long now) {
    byId.values().forEach(connection -> connection.closeIfOverdue(now));
  }

  /** Its socket is closed. */
  void closed(Connection connection) {
    closing.remove(connection);
  }

  void closeSockets() {
    closing.forEach(Connection::closeSocket);
  }

  void closeAll(StreamListener listener) {
    byId.values().stream()
        .filter(connection -> connection.getMessageProcessor() == listener)
        .forEach(Connection::close);
  }
}
