package org.m2mx.ua.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSTransport;
import org.m2mx.ua.octets.PieceInput;
import org.m2mx.ua.octets.PieceOutput;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/** A channel by DTLS over UDP. */
final class PacketChannel extends EstablishedChannel {
  /** How often a reader that waits looks whether the channel is still open. */
  private static final int SLICE_MILLIS = 500;

  /**
   * How long the active side keeps silent at most: by its packets the gateways know that the flow
   * goes on, and RFC 4787 lets them forget it after 2 minutes, many sooner.
   */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final byte[] NOTHING = new byte[1];

  private final DTLSTransport dtls;
  private final UdpTransport transport;
  private final DtlsIdentity identity;
  private final boolean active;
  private final int limit;
  private final InputStream input = new Packets();
  private final OutputStream output = new Pieces();
  private volatile long lastSent = System.nanoTime();
  private volatile boolean closed;

  PacketChannel(
      DTLSTransport dtls,
      UdpTransport transport,
      DtlsIdentity identity,
      boolean active,
      Fingerprint ownFingerprint)
      throws IOException {
    super(terms(transport, identity, ownFingerprint));
    this.dtls = dtls;
    this.transport = transport;
    this.identity = identity;
    this.active = active;
    this.limit = dtls.getSendLimit();
  }

  private static Terms terms(
      UdpTransport transport, DtlsIdentity identity, Fingerprint ownFingerprint) {
    return new Terms(
        DataProtocol.UDP_DTLS,
        "DTLSv1.2",
        identity.cipherSuite(),
        transport.local(),
        transport.remote(),
        ownFingerprint,
        Fingerprint.of(identity.peerCertificate()));
  }

  @Override
  public OptionalInt packetLimit() {
    return OptionalInt.of(limit);
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  /** Packets have no end: the session's is theirs. */
  @Override
  public void endOutput() {}

  /** Tells the peer, in a packet that may be lost. */
  @Override
  public void close() throws IOException {
    closed = true;
    dtls.close();
    transport.close();
  }

  private boolean isEnded() {
    return closed || identity.isClosedByPeer();
  }

  private void send(byte[] buffer, int offset, int length) throws IOException {
    dtls.send(buffer, offset, length);
    lastSent = System.nanoTime();
  }

  /** An empty record, which DTLS allows and readers pass over. */
  private void keepAlive() throws IOException {
    if (active && System.nanoTime() - lastSent > SILENCE_NANOS) {
      send(NOTHING, 0, 0);
    }
  }

  /** Hands out one packet after the other. */
  private final class Packets extends PieceInput {
    private final byte[] packet = new byte[1 << 14];
    private int next;
    private int end;

    @Override
    public synchronized int read(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      if (length == 0) {
        return 0;
      }
      if (next == end && !receive()) {
        return -1;
      }
      int n = Math.min(length, end - next);
      System.arraycopy(packet, next, buffer, offset, n);
      next += n;
      received().addAndGet(n);
      return n;
    }

    private boolean receive() throws IOException {
      while (!isEnded()) {
        try {
          int n = dtls.receive(packet, 0, packet.length, SLICE_MILLIS);
          if (n > 0) {
            next = 0;
            end = n;
            return true;
          }
          keepAlive();
        } catch (IOException e) {
          if (!isEnded()) {
            throw e;
          }
        }
      }
      return false;
    }
  }

  /** Sends each write as a packet, or as several where it is longer than one may be. */
  private final class Pieces extends PieceOutput {
    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      if (isEnded()) {
        throw new IOException("the channel is closed");
      }
      for (int done = 0; done < length; done += limit) {
        int n = Math.min(limit, length - done);
        send(buffer, offset + done, n);
        sent().addAndGet(n);
      }
    }
  }
}
