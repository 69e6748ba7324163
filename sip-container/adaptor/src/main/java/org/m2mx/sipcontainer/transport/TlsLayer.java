package org.m2mx.sipcontainer.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * TLS between a connection's socket and its messages. All methods may be called from any thread.
 * Buffers are held only while a record is incomplete, so an idle connection costs its engine and
 * nothing else.
 */
final class TlsLayer {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int MAX_RESIDUE_BYTES = 64 * 1024;
  private static final int MAX_EARLY_BYTES = 1024 * 1024;

  /** The connection around this layer. */
  interface Owner {
    /** Sends encrypted bytes. */
    void transmit(ByteBuffer encrypted) throws IOException;

    /** Takes decrypted bytes, which are gone once this returns. */
    void deliver(ByteBuffer plain) throws IOException;

    /** The handshake is done and the peer proven as far as was asked. */
    void secured(SSLSession session) throws IOException;

    /** The peer said it will send no more. */
    void endOfStream();

    /** Runs what takes long, then the second, which must not run on the event loop either. */
    void offload(Runnable lengthy, Runnable after);

    /** The layer cannot go on. */
    void broken(IOException reason);
  }

  private final SSLEngine engine;
  private final Owner owner;
  private final Queue<ByteBuffer> early = new ArrayDeque<>();
  private int earlyBytes;
  private ByteBuffer residue = NOTHING;
  private boolean offloaded;
  private boolean secured;

  TlsLayer(SSLEngine engine, Owner owner) {
    this.engine = engine;
    this.owner = owner;
  }

  synchronized void start() throws IOException {
    engine.beginHandshake();
    progress();
  }

  /** Takes bytes from the socket. */
  synchronized void receive(ByteBuffer encrypted) throws IOException {
    if (residue.hasRemaining()) {
      if (residue.remaining() + encrypted.remaining() > MAX_RESIDUE_BYTES) {
        throw new SSLException("peer sends faster than its handshake proceeds");
      }
      residue =
          ByteBuffer.allocate(residue.remaining() + encrypted.remaining())
              .put(residue)
              .put(encrypted)
              .flip();
      progress();
    } else {
      residue = encrypted;
      progress();
      residue = residue == encrypted ? copy(encrypted) : residue;
    }
  }

  /** Encrypts and sends; before the handshake is done the bytes wait for it. */
  synchronized void send(byte[] plain) throws IOException {
    if (!secured) {
      earlyBytes += plain.length;
      if (earlyBytes > MAX_EARLY_BYTES) {
        throw new IOException("too much to send before the handshake is done");
      }
      early.add(ByteBuffer.wrap(plain));
    } else {
      wrapAll(ByteBuffer.wrap(plain));
    }
  }

  /** Says goodbye to the peer; what it still sends is of no interest. */
  synchronized void close() throws IOException {
    engine.closeOutbound();
    wrap(NOTHING);
  }

  synchronized SSLSession session() {
    return engine.getSession();
  }

  private void progress() throws IOException {
    while (!offloaded) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          if (secured) {
            // Renegotiation: costs the peer nothing, and what waits to be sent could not go out.
            throw new SSLException("the peer wants another handshake, which is refused");
          }
          offload();
        }
        case NEED_WRAP -> {
          if (finished(wrap(NOTHING)).getStatus() == SSLEngineResult.Status.CLOSED) {
            owner.endOfStream();
            return;
          }
        }
        default -> {
          if (!residue.hasRemaining() || !unwrap()) {
            return;
          }
        }
      }
    }
  }

  /** Key exchange and signatures take milliseconds, which the event loop must not lose. */
  private void offload() {
    offloaded = true;
    if (residue.hasRemaining()) {
      residue = copy(residue);
    }
    owner.offload(
        () -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        },
        this::resume);
  }

  private synchronized void resume() {
    offloaded = false;
    try {
      progress();
    } catch (IOException e) {
      owner.broken(e);
    }
  }

  /** Returns whether there may be more to do with what has been received. */
  private boolean unwrap() throws IOException {
    ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    SSLEngineResult result;
    try {
      result = finished(engine.unwrap(residue, plain));
    } catch (SSLException e) {
      alert();
      throw e;
    }
    if (plain.position() > 0) {
      owner.deliver(plain.flip());
    }
    return switch (result.getStatus()) {
      case OK -> true;
      case BUFFER_UNDERFLOW -> false;
      case CLOSED -> {
        residue = NOTHING;
        owner.endOfStream();
        yield false;
      }
      case BUFFER_OVERFLOW -> throw new SSLException("record larger than TLS allows");
    };
  }

  private void alert() {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        if (wrap(NOTHING).bytesProduced() == 0) {
          return;
        }
      }
    } catch (IOException e) {
      owner.broken(e);
    }
  }

  private void wrapAll(ByteBuffer plain) throws IOException {
    while (plain.hasRemaining()) {
      SSLEngineResult result = wrap(plain);
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        throw new IOException("the TLS session is closed");
      } else if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
        throw new IOException("the TLS session takes nothing, it is amid a handshake");
      }
    }
  }

  private SSLEngineResult wrap(ByteBuffer plain) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    SSLEngineResult result = engine.wrap(plain, record);
    if (record.position() > 0) {
      // Cut to size: while it waits to be sent it holds what it counts for.
      owner.transmit(copy(record.flip()));
    }
    return result;
  }

  private SSLEngineResult finished(SSLEngineResult result) throws IOException {
    if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !secured) {
      secured = true;
      owner.secured(engine.getSession());
      for (ByteBuffer plain = early.poll(); plain != null; plain = early.poll()) {
        wrapAll(plain);
      }
      earlyBytes = 0;
    }
    return result;
  }

  private static ByteBuffer copy(ByteBuffer buffer) {
    return buffer.hasRemaining()
        ? ByteBuffer.allocate(buffer.remaining()).put(buffer).flip()
        : NOTHING;
  }
}
