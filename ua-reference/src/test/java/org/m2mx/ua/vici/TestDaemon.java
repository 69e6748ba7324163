package org.m2mx.ua.vici;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An IKE daemon that remembers what it is told and speaks with no peer: a connection that is
 * initiated stands at once, unless the daemon is told to fail.
 */
public final class TestDaemon implements AutoCloseable {
  private static final int CMD_REQUEST = 0;
  private static final int CMD_RESPONSE = 1;
  private static final int EVENT_REGISTER = 3;
  private static final int EVENT_UNREGISTER = 4;
  private static final int EVENT_CONFIRM = 5;
  private static final int EVENT = 7;

  private final ServerSocketChannel listening;
  private final Map<String, Section> connections = new LinkedHashMap<>();
  private final List<Associated> associations = new ArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private int ids;

  /** For each initiation, in turn, what its log says of a failure; none for a success. */
  public final List<List<String>> failures = new CopyOnWriteArrayList<>();

  /** What it says itself of a failure. */
  public volatile String refusal = "establishing it failed";

  /** An association, and the tunnels that have come by it, by their numbers. */
  private record Associated(String id, String connection, Map<String, Section> children) {
    Section contents() {
      Section all = new Section();
      children.forEach(
          (number, child) ->
              all.put(
                  "tunnel-" + number,
                  new Section()
                      .put("uniqueid", number)
                      .put("state", "INSTALLED")
                      .put("encr-alg", "AES_GCM_16")
                      .put("encr-keysize", "256")
                      .putTexts("local-ts", child.texts("local_ts").toArray(String[]::new))));
      return new Section().put("uniqueid", id).put("child-sas", all);
    }
  }

  /** Starts one. */
  public TestDaemon(Path socket) throws IOException {
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(socket));
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "test-daemon");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns the connections that are loaded. */
  public synchronized Map<String, Section> connections() {
    return new HashMap<>(connections);
  }

  /** Returns the names of the connections whose associations stand. */
  public synchronized List<String> associations() {
    return associations.stream().map(Associated::connection).toList();
  }

  /** Returns the names of the keys that are loaded. */
  public List<String> keys() {
    return keys;
  }

  /** Returns the names of the commands that came, in their order. */
  public List<String> commands() {
    return commands;
  }

  /** Loads a connection, and has it stand, as if another program had. */
  public synchronized void leave(String name, Section child) {
    connections.put(name, connection(name, child));
    associate(name, child);
  }

  private static Section connection(String name, Section child) {
    return new Section().put("children", new Section().put(name, child));
  }

  /** A peer has come by a connection, and has tunnels. */
  public synchronized void associate(String connection, Section... children) {
    ids++;
    Map<String, Section> numbered = new LinkedHashMap<>();
    for (Section child : children) {
      numbered.put(ids + "." + (numbered.size() + 1), child);
    }
    associations.add(new Associated(String.valueOf(ids), connection, numbered));
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = listening.accept();
        start(() -> serve(client));
      }
    } catch (ClosedChannelException e) {
      // It is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      while (true) {
        answer(client, read(client, read(client, Integer.BYTES).getInt()));
      }
    } catch (EOFException e) {
      // The client has gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer read(SocketChannel client, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (client.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  private synchronized void answer(SocketChannel client, ByteBuffer packet) throws IOException {
    int kind = packet.get();
    byte[] name = new byte[packet.get() & 0xff];
    packet.get(name);
    if (kind == EVENT_REGISTER || kind == EVENT_UNREGISTER) {
      send(client, EVENT_CONFIRM, null, new Section());
      return;
    }
    if (kind != CMD_REQUEST) {
      throw new IOException("a packet of kind " + kind);
    }
    String command = new String(name, StandardCharsets.US_ASCII);
    commands.add(command);
    send(client, CMD_RESPONSE, null, carryOut(client, command, Section.read(packet)));
  }

  private Section carryOut(SocketChannel client, String command, Section arguments)
      throws IOException {
    switch (command) {
      case "version":
        return new Section().put("daemon", "test-daemon").put("version", "1.0");
      case "load-key":
        keys.add("key");
        return success().put("id", "key");
      case "unload-key":
      case "clear-creds":
        keys.clear();
        return success();
      case "load-conn":
        connections.putAll(arguments.sections());
        return success();
      case "unload-conn":
        connections.remove(arguments.text("name").orElseThrow());
        return success();
      case "list-conns":
        for (Map.Entry<String, Section> connection : connections.entrySet()) {
          Section event = new Section().put(connection.getKey(), connection.getValue());
          send(client, EVENT, "list-conn", event);
        }
        return success();
      case "list-sas":
        for (Associated association : associations) {
          Section event = new Section().put(association.connection(), association.contents());
          send(client, EVENT, "list-sa", event);
        }
        return success();
      case "initiate":
        return initiate(client, arguments.text("ike").orElseThrow());
      case "terminate":
        arguments.text("ike-id").ifPresent(id -> associations.removeIf(one -> one.id().equals(id)));
        arguments
            .text("child-id")
            .ifPresent(id -> associations.forEach(one -> one.children().remove(id)));
        return success();
      default:
        throw new IOException(command);
    }
  }

  private static Section success() {
    return new Section().put("success", "yes");
  }

  private Section initiate(SocketChannel client, String name) throws IOException {
    if (!failures.isEmpty()) {
      for (String line : failures.remove(0)) {
        send(client, EVENT, "control-log", new Section().put("msg", line));
      }
      return new Section().put("success", "no").put("errmsg", refusal);
    }
    associate(
        name,
        connections
            .get(name)
            .section("children")
            .orElseThrow()
            .sections()
            .values()
            .iterator()
            .next());
    return success();
  }

  private static void send(SocketChannel client, int kind, String name, Section contents)
      throws IOException {
    ByteBuffer packet = ViciConnection.encode(kind, name == null ? "" : name, contents);
    if (name == null) {
      // Such packets have no name.
      ByteBuffer shorter = ByteBuffer.allocate(packet.remaining() - 1);
      int length = packet.getInt();
      shorter.putInt(length - 1).put(packet.get());
      packet.get();
      packet = shorter.put(packet).flip();
    }
    while (packet.hasRemaining()) {
      client.write(packet);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
