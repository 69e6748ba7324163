package org.m2mx.ua.data;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.bouncycastle.tls.DatagramTransport;

/**
 * UDP to one peer, as Bouncy Castle's DTLS wants it.
 *
 * <p>Path MTU (RFC 6347 section 4.1.1.1): no datagram is longer than what every IPv6 path carries,
 * so that none needs to be found out, and none is fragmented.
 */
final class UdpTransport implements DatagramTransport {
  /** The least MTU of IPv6 (RFC 8200 section 5), less its header and that of UDP. */
  static final int SEND_LIMIT = 1280 - 40 - 8;

  /** A peer may know of a better path: the longest record of RFC 6347, and room for a second. */
  private static final int RECEIVE_LIMIT = (1 << 14) + 2048;

  /** So many times in a row the peer's host must say that nobody listens there. */
  private static final int CERTAINTY = 3;

  private static final int BUFFER = 1 << 20;

  private final DatagramSocket socket;
  private volatile int unreachable;
  private volatile boolean established;
  private volatile boolean heard;

  UdpTransport(DatagramSocket socket) {
    this.socket = socket;
  }

  /** Makes room for what arrives, and leaves, while this side is busy. */
  static void enlarge(DatagramSocket socket) throws SocketException {
    socket.setReceiveBufferSize(BUFFER);
    socket.setSendBufferSize(BUFFER);
  }

  /** Says whether anything has come from the peer. */
  boolean hasHeard() {
    return heard;
  }

  /** From now on the peer is known to have been there, so that it can be missed. */
  void established() {
    established = true;
  }

  InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  @Override
  public int getReceiveLimit() {
    return RECEIVE_LIMIT;
  }

  @Override
  public int getSendLimit() {
    return SEND_LIMIT;
  }

  /** Returns -1 if nothing has come within the time; 0 waits without limit. */
  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
    DatagramPacket packet = new DatagramPacket(buffer, offset, length);
    try {
      socket.setSoTimeout(waitMillis);
      socket.receive(packet);
      unreachable = 0;
      heard = true;
      return packet.getLength();
    } catch (SocketTimeoutException e) {
      return -1;
    } catch (PortUnreachableException e) {
      noticed(e);
      return -1;
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) throws IOException {
    try {
      socket.send(new DatagramPacket(buffer, offset, length));
    } catch (PortUnreachableException e) {
      noticed(e);
    }
  }

  /**
   * Anybody on the way can send such an ICMP message, and a peer may be a moment late: it counts
   * only if nothing else comes, and not before the peer has been there.
   */
  private void noticed(PortUnreachableException e) throws IOException {
    unreachable++;
    if (established && unreachable >= CERTAINTY) {
      throw e;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
