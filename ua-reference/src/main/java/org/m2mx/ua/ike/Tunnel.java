package org.m2mx.ua.ike;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.m2mx.ua.vici.ViciConnection;

/**
 * A tunnel for whatever IP the two devices want to speak. The daemon answers the peer from the
 * start; it stands when either side has initiated it.
 */
public final class Tunnel implements AutoCloseable {
  private final Charon charon;
  private final ConnectionName name;
  private final String keyId;
  private volatile boolean closed;
  private boolean ended;
  private volatile ViciConnection initiating;

  Tunnel(Charon charon, ConnectionName name, String keyId) {
    this.charon = charon;
    this.name = name;
    this.keyId = keyId;
  }

  /** Returns this device's address inside, a unique local one, which this machine has. */
  public InetAddress inside() {
    return name.inside();
  }

  /** Returns the peer's address inside. */
  public InetAddress peerInside() {
    return name.peerInside();
  }

  /**
   * Begins, and waits until it stands.
   *
   * @param limit how long it may take
   * @throws SocketTimeoutException if it does not stand in time
   * @throws ImpostorException if the peer has shown another certificate
   * @throws IOException if the peer's daemon or this one refuses, or it is closed meanwhile
   */
  public void initiate(Duration limit) throws IOException {
    try (ViciConnection vici = charon.connect()) {
      initiating = vici;
      if (closed) {
        throw new IOException("the tunnel is closed");
      }
      charon.initiate(name, vici, limit);
    } finally {
      initiating = null;
    }
  }

  /**
   * Returns what it encrypts by, such as {@code AES_GCM_16_256}; empty while it does not stand.
   *
   * @throws IOException if the daemon does not say
   */
  public Optional<String> cipher() throws IOException {
    return charon.cipher(name);
  }

  /** Ends it, and tells the peer's daemon. The second time, waits until that is done. */
  @Override
  public void close() {
    closed = true;
    breakOff();
    synchronized (this) {
      if (!ended) {
        ended = true;
        charon.close(this, name, keyId);
      }
    }
  }

  private void breakOff() {
    ViciConnection vici = initiating;
    if (vici != null) {
      try {
        vici.close();
      } catch (IOException e) {
        System.getLogger(Tunnel.class.getName())
            .log(System.Logger.Level.DEBUG, "Closing the connection to the IKE daemon", e);
      }
    }
  }
}
