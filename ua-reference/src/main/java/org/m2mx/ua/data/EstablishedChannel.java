package org.m2mx.ua.data;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;

/** What all channels can say of themselves. */
abstract class EstablishedChannel implements DataChannel {

  /** What the handshake has come to. */
  record Terms(
      DataProtocol dataProtocol,
      String protocol,
      String cipherSuite,
      InetSocketAddress localAddress,
      InetSocketAddress remoteAddress,
      Fingerprint ownFingerprint,
      Fingerprint peerFingerprint) {}

  private final Terms terms;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();

  EstablishedChannel(Terms terms) {
    this.terms = terms;
  }

  @Override
  public final DataProtocol dataProtocol() {
    return terms.dataProtocol();
  }

  @Override
  public final String protocol() {
    return terms.protocol();
  }

  @Override
  public final String cipherSuite() {
    return terms.cipherSuite();
  }

  @Override
  public final InetSocketAddress localAddress() {
    return terms.localAddress();
  }

  @Override
  public final InetSocketAddress remoteAddress() {
    return terms.remoteAddress();
  }

  @Override
  public final Fingerprint ownFingerprint() {
    return terms.ownFingerprint();
  }

  @Override
  public final Fingerprint peerFingerprint() {
    return terms.peerFingerprint();
  }

  @Override
  public final long bytesReceived() {
    return received.get();
  }

  @Override
  public final long bytesSent() {
    return sent.get();
  }

  /** Returns the count of what was read. */
  final AtomicLong received() {
    return received;
  }

  /** Returns the count of what was written. */
  final AtomicLong sent() {
    return sent;
  }
}
