package org.m2mx.sipcontainer.transport;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.m2mx.sipcontainer.config.Transport;

/** The connections that are open. */
final class Connections {
  private final int most;
  private final Map<String, Connection> byId = new ConcurrentHashMap<>();
  private final Map<Transport, Map<InetSocketAddress, Connection>> byPeer =
      new EnumMap<>(Transport.class);

  Connections(int most) {
    this.most = most;
    for (Transport transport : Transport.values()) {
      byPeer.put(transport, new ConcurrentHashMap<>());
    }
  }

  void add(Connection connection) {
    byId.put(connection.id(), connection);
    byPeer.get(connection.transport()).put(connection.remote(), connection);
  }

  void remove(Connection connection) {
    byId.remove(connection.id());
    byPeer.get(connection.transport()).remove(connection.remote(), connection);
  }

  Optional<Connection> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Connection find(Transport transport, InetSocketAddress peer) {
    return byPeer.get(transport).get(peer);
  }

  boolean isFull() {
    return byId.size() >= most;
  }

  int size() {
    return byId.size();
  }

  void closeOverdue(long now) {
    byId.values().forEach(connection -> connection.closeIfOverdue(now));
  }

  void closeAll(StreamListener listener) {
    byId.values().stream()
        .filter(connection -> connection.getMessageProcessor() == listener)
        .forEach(Connection::close);
  }
}
