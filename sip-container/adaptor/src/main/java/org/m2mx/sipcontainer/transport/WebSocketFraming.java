package org.m2mx.sipcontainer.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.m2mx.sipcontainer.websocket.FrameReader;
import org.m2mx.sipcontainer.websocket.Handshake;
import org.m2mx.sipcontainer.websocket.HandshakeException;
import org.m2mx.sipcontainer.websocket.Opcode;
import org.m2mx.sipcontainer.websocket.Role;
import org.m2mx.sipcontainer.websocket.WebSocketException;

/**
 * A message in each WebSocket message (RFC 7118 section 5). Bytes are taken by one thread at a
 * time; messages may be sent from any.
 */
final class WebSocketFraming implements Framing {
  private static final int MAX_HEAD_BYTES = 8192;
  private static final int MAX_EARLY_BYTES = 1024 * 1024;
  private static final String HEAD_END = "\r\n\r\n";
  private static final byte[] NOTHING = {};
  private static final byte[] PONG = {'\r', '\n'};
  private static final int GOING_AWAY = 1001;
  private static final int NO_CODE = 1005;

  private final Role role;
  private final String host;
  private final Set<String> origins;
  private final Owner owner;
  private final FrameReader reader;
  private final String key;
  private final List<byte[]> early = new ArrayList<>();
  private ByteArrayOutputStream head = new ByteArrayOutputStream(0);
  private int headEnd;
  private int earlyBytes;
  private boolean open;
  private boolean farewell;
  private boolean askedForLineEnd;
  private long messages;

  private WebSocketFraming(
      Role role, String host, Set<String> origins, int maxMessageBytes, Owner owner) {
    this.role = role;
    this.host = host;
    this.origins = origins;
    this.owner = owner;
    this.key = role == Role.CLIENT ? Handshake.newKey() : "";
    this.reader =
        new FrameReader(
            role,
            maxMessageBytes,
            new FrameReader.Sink() {
              @Override
              public void message(byte[] message) throws IOException {
                take(message);
              }

              @Override
              public void ping(byte[] payload) throws IOException {
                owner.write(role.frame(Opcode.PONG, payload));
              }

              @Override
              public void close(int code) throws IOException {
                owner.end("closed by the peer (%d)".formatted(code), farewell(code));
              }
            });
  }

  /**
   * @param origins of the web pages that may connect
   */
  static WebSocketFraming accepted(int maxMessageBytes, Set<String> origins, Owner owner) {
    return new WebSocketFraming(Role.SERVER, "", origins, maxMessageBytes, owner);
  }

  /**
   * @param host of the server, with its port, as in a URI
   */
  static WebSocketFraming opened(int maxMessageBytes, String host, Owner owner) {
    return new WebSocketFraming(Role.CLIENT, host, Set.of(), maxMessageBytes, owner);
  }

  @Override
  public void start() throws IOException {
    if (role == Role.CLIENT) {
      owner.write(Handshake.request(host, key));
    }
  }

  @Override
  public void receive(ByteBuffer bytes) throws IOException {
    try {
      if (head != null) {
        readHead(bytes);
      }
      if (head == null) {
        reader.receive(bytes);
        answerKeepAlives();
      }
    } catch (WebSocketException e) {
      owner.endSoon(e.getMessage(), farewell(e.code()));
    } catch (HandshakeException e) {
      owner.endSoon(e.getMessage(), e.answer());
    }
  }

  private void readHead(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (head.size() == 0 && next < 'A') {
        throw new IOException("not HTTP");
      }
      head.write(next);
      if (head.size() > MAX_HEAD_BYTES) {
        throw new IOException("HTTP header larger than " + MAX_HEAD_BYTES + " bytes");
      }
      boolean expected = next == HEAD_END.charAt(headEnd);
      headEnd = expected ? headEnd + 1 : next == '\r' ? 1 : 0;
      if (headEnd == HEAD_END.length()) {
        String text = head.toString(StandardCharsets.ISO_8859_1);
        head = null;
        shakeHands(text);
        return;
      }
    }
  }

  private void shakeHands(String text) throws IOException {
    if (role == Role.SERVER) {
      owner.write(Handshake.accept(text, origins));
    } else {
      Handshake.confirm(text, key);
    }
    owner.opened();
    List<byte[]> waiting;
    synchronized (early) {
      open = true;
      waiting = List.copyOf(early);
      early.clear();
    }
    // Not within the lock: what sends may hold this connection's other locks.
    for (byte[] message : waiting) {
      owner.write(framed(message));
    }
  }

  /** Once for all that came together. */
  private void answerKeepAlives() throws IOException {
    if (askedForLineEnd) {
      askedForLineEnd = false;
      owner.write(framed(PONG));
    }
  }

  private void take(byte[] message) throws IOException {
    if (isLineEnds(message)) {
      askedForLineEnd |= message.length >= 2 * PONG.length;
    } else {
      messages++;
      owner.message(FramedMessage.withLength(message));
    }
  }

  /** Keep-alives as on streams, which scripts in browsers send since they cannot send pings. */
  private static boolean isLineEnds(byte[] message) {
    for (byte b : message) {
      if (b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void send(byte[] message) throws IOException {
    synchronized (early) {
      if (!open) {
        earlyBytes += message.length;
        if (earlyBytes > MAX_EARLY_BYTES) {
          throw new IOException("too much to send before the handshake is done");
        }
        early.add(message);
        return;
      }
    }
    owner.write(framed(message));
  }

  /** Scripts prefer text; what is none goes as it is. */
  private byte[] framed(byte[] message) {
    return role.frame(FrameReader.isUtf8(message) ? Opcode.TEXT : Opcode.BINARY, message);
  }

  @Override
  public void ping() throws IOException {
    owner.write(role.frame(Opcode.PING, NOTHING));
  }

  @Override
  public byte[] goodbye() {
    synchronized (early) {
      return open && !farewell ? farewell(GOING_AWAY) : NOTHING;
    }
  }

  private byte[] farewell(int code) {
    synchronized (early) {
      farewell = true;
    }
    byte[] payload = code == NO_CODE ? NOTHING : new byte[] {(byte) (code >> 8), (byte) code};
    return role.frame(Opcode.CLOSE, payload);
  }

  @Override
  public long messages() {
    return messages;
  }

  @Override
  public int heldBytes() {
    return (head == null ? 0 : head.size()) + reader.heldBytes();
  }
}
