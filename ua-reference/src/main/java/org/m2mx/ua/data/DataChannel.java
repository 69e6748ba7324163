package org.m2mx.ua.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * An open data channel, encrypted from end to end. What it carries depends on its protocol:
 *
 * <ul>
 *   <li>{@link DataProtocol#TCP_TLS}: a stream of bytes each way; all arrive, in their order. Each
 *       direction ends by itself, by {@link #endOutput()} here and by the end of {@link #input()}
 *       there.
 *   <li>{@link DataProtocol#UDP_DTLS}: packets, which may be lost or overtake each other, but
 *       arrive whole and once. See {@link #packetLimit()}.
 *   <li>{@link DataProtocol#IKE_ESP_UDPENCAP}: a stream, too, within a tunnel for IP that other
 *       programs of both machines may use meanwhile.
 * </ul>
 *
 * <p>One thread may read while another writes.
 */
public interface DataChannel extends AutoCloseable {
  /** Hardly an end to waiting. */
  Duration LONGEST_WAIT = Duration.ofDays(36_500);

  /** Returns the protocol that offer and answer have settled on. */
  DataProtocol dataProtocol();

  /**
   * Says how long a packet may be, in octets; empty where the channel is a stream.
   *
   * <p>Where it is not empty, each {@code write} of up to that many octets is one packet, and a
   * longer one is several; each {@code read} returns octets of one packet only, and leaves the rest
   * to the next where the buffer is shorter.
   */
  OptionalInt packetLimit();

  /**
   * Returns what the peer sends. It ends when the peer ends its output; a stream that ends before
   * is broken, and reading it fails.
   */
  InputStream input();

  /** Returns where to write what is for the peer. */
  OutputStream output();

  /**
   * Says that nothing more will be written, and leaves the other direction open. A stream's peer is
   * told so. Packets have no end but the session's, since one that says so could be lost as well:
   * there, this does nothing.
   *
   * @throws IOException if the channel is broken
   */
  void endOutput() throws IOException;

  /**
   * Says whether this is a stream that goes on by another connection when one is lost, so that
   * nothing of it is.
   */
  default boolean isResumable() {
    return false;
  }

  /**
   * Waits until the peer's program has taken everything that was written, and has seen the end if
   * there was one. Only a stream that {@linkplain #isResumable goes on} can tell; elsewhere this
   * returns at once.
   *
   * @param stillness how long nothing may be taken, up to 100 years
   * @return whether everything was taken, as far as can be told; not if nothing was for so long, or
   *     the session has ended before
   * @throws IOException if the channel is broken
   */
  default boolean awaitTaken(Duration stillness) throws IOException {
    return awaitTaken(stillness, LONGEST_WAIT);
  }

  /**
   * Waits likewise, but for some time only. What is written meanwhile is not waited for.
   *
   * @param stillness how long nothing may be taken, up to 100 years
   * @param limit how long to wait, up to 100 years
   * @return whether everything was taken, as far as can be told
   * @throws IOException if the channel is broken
   */
  default boolean awaitTaken(Duration stillness, Duration limit) throws IOException {
    return true;
  }

  /** Returns the protocol as negotiated, {@code TLSv1.3}, {@code DTLSv1.2} or {@code IKEv2}. */
  String protocol();

  /** Returns the cipher suite as negotiated. */
  String cipherSuite();

  /** Returns this side's address. */
  InetSocketAddress localAddress();

  /** Returns the peer's address. */
  InetSocketAddress remoteAddress();

  /** Returns the fingerprint of this side's certificate, by SHA-256. */
  Fingerprint ownFingerprint();

  /** Returns the fingerprint, by SHA-256, of the peer's certificate, which is one it signalled. */
  Fingerprint peerFingerprint();

  /** Returns how many bytes of data were read so far. */
  long bytesReceived();

  /** Returns how many bytes of data were written so far. */
  long bytesSent();

  /** Ends both directions at once. What was not read yet is lost. */
  @Override
  void close() throws IOException;

  /**
   * Ends both directions at once, and has the peer's program see that the stream was broken off,
   * unless {@link #endOutput} was called before.
   *
   * @throws IOException if the channel cannot be closed
   */
  default void breakOff() throws IOException {
    close();
  }

  /**
   * Ends both directions at once without a word to the peer, even while another thread is stuck in
   * a {@code write} because the peer has gone.
   */
  default void abort() throws IOException {
    close();
  }
}
