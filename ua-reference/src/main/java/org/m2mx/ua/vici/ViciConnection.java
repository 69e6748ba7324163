package org.m2mx.ua.vici;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A connection to strongSwan's IKE daemon. Packets are a length of four octets, a kind of one, the
 * name of a command or event where the kind has one, and a {@link Section}. One request at a time;
 * another thread may close it meanwhile.
 */
public final class ViciConnection implements AutoCloseable {
  private static final int CMD_REQUEST = 0;
  private static final int CMD_RESPONSE = 1;
  private static final int CMD_UNKNOWN = 2;
  private static final int EVENT_REGISTER = 3;
  private static final int EVENT_UNREGISTER = 4;
  private static final int EVENT_CONFIRM = 5;
  private static final int EVENT_UNKNOWN = 6;
  private static final int EVENT = 7;

  /** What the daemon itself does not exceed. */
  private static final int LONGEST = 512 * 1024;

  private static final int LENGTH = Integer.BYTES;

  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 20;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey readiness;

  private ViciConnection(SocketChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.readiness = channel.register(selector, 0);
  }

  /**
   * Connects.
   *
   * @param socket the daemon's, such as {@code /run/charon.vici}
   * @return the connection
   * @throws SocketTimeoutException if nobody accepts the connection in time
   * @throws IOException if nobody listens there, or this user may not talk to it
   */
  public static ViciConnection open(Path socket) throws IOException {
    return open(socket, CONNECTING);
  }

  /** Connects, within a time: while too many others wait for the daemon, it is asked again. */
  static ViciConnection open(Path socket, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return connect(socket);
      } catch (ConnectException e) {
        throw e;
      } catch (SocketException e) {
        if (!Files.isWritable(socket)) {
          throw e;
        }
        if (System.nanoTime() - deadline > 0) {
          SocketTimeoutException late =
              new SocketTimeoutException("the IKE daemon takes no connection");
          late.initCause(e);
          throw late;
        }
      }
      pause();
    }
  }

  private static ViciConnection connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
        throw new SocketException("not connected at once");
      }
      return new ViciConnection(channel, Selector.open());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("interrupted while waiting for the IKE daemon");
  }

  /**
   * Has a command carried out.
   *
   * @param command its name, such as {@code load-conn}
   * @param arguments what it is told
   * @param limit how long it may take until the answer is there
   * @return the answer
   * @throws ViciException if the daemon refuses
   * @throws SocketTimeoutException if there is no answer in time
   * @throws IOException if the connection breaks
   */
  public Section request(String command, Section arguments, Duration limit) throws IOException {
    return request(command, arguments, limit, null, event -> {});
  }

  /**
   * Has a command carried out that is accompanied by events.
   *
   * @param command its name, such as {@code list-sas}
   * @param arguments what it is told
   * @param limit how long it may take until the answer is there
   * @param event the name of the events, such as {@code list-sa}
   * @param events is given each event's contents, in their order, before this returns
   * @return the answer
   * @throws ViciException if the daemon refuses
   * @throws SocketTimeoutException if there is no answer in time
   * @throws IOException if the connection breaks
   */
  public Section request(
      String command, Section arguments, Duration limit, String event, Consumer<Section> events)
      throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    if (event != null) {
      register(EVENT_REGISTER, event, deadline);
    }
    send(CMD_REQUEST, command, arguments, deadline);
    ByteBuffer packet = receive(deadline);
    int kind = packet.get();
    while (kind == EVENT) {
      skipName(packet);
      events.accept(Section.read(packet));
      packet = receive(deadline);
      kind = packet.get();
    }
    if (kind == CMD_UNKNOWN) {
      throw new ViciException(command + ": the daemon knows no such command");
    }
    if (kind != CMD_RESPONSE) {
      throw new IOException("a vici packet of kind " + kind + " where a response was due");
    }
    Section response = Section.read(packet);
    if (event != null) {
      register(EVENT_UNREGISTER, event, deadline);
    }
    if (response.text("success").filter("no"::equals).isPresent()) {
      throw new ViciException(command + ": " + response.text("errmsg").orElse("refused"));
    }
    return response;
  }

  private void register(int kind, String event, long deadline) throws IOException {
    send(kind, event, new Section(), deadline);
    int answer = receive(deadline).get();
    while (answer == EVENT) {
      answer = receive(deadline).get();
    }
    if (answer == EVENT_UNKNOWN) {
      throw new ViciException(event + ": the daemon knows no such event");
    }
    if (answer != EVENT_CONFIRM) {
      throw new IOException("a vici packet of kind " + answer + " where a confirmation was due");
    }
  }

  private void send(int kind, String name, Section contents, long deadline) throws IOException {
    ByteBuffer packet = encode(kind, name, contents);
    while (packet.hasRemaining()) {
      if (channel.write(packet) == 0) {
        await(SelectionKey.OP_WRITE, deadline);
      }
    }
  }

  /** A whole packet, its length included. */
  static ByteBuffer encode(int kind, String name, Section contents) {
    ByteBuffer packet = ByteBuffer.allocate(LENGTH + LONGEST);
    byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
    packet.position(LENGTH).put((byte) kind).put((byte) octets.length).put(octets);
    contents.write(packet);
    return packet.putInt(0, packet.position() - LENGTH).flip();
  }

  private static void skipName(ByteBuffer packet) {
    int length = packet.get() & 0xff;
    packet.position(packet.position() + length);
  }

  private ByteBuffer receive(long deadline) throws IOException {
    int length = fill(ByteBuffer.allocate(LENGTH), deadline).getInt();
    if (length < 1 || length > LONGEST) {
      throw new IOException("a vici packet of " + length + " octets");
    }
    return fill(ByteBuffer.allocate(length), deadline);
  }

  private ByteBuffer fill(ByteBuffer buffer, long deadline) throws IOException {
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer);
      if (count < 0) {
        throw new EOFException("the IKE daemon has closed the connection");
      }
      if (count == 0) {
        await(SelectionKey.OP_READ, deadline);
      }
    }
    return buffer.flip();
  }

  /** Another thread may close the connection meanwhile, or have closed it. */
  private void await(int operation, long deadline) throws IOException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("the IKE daemon does not answer");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
    try {
      readiness.interestOps(operation);
      selector.select(millis);
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw new EOFException("the connection to the IKE daemon was closed");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    selector.close();
  }
}
