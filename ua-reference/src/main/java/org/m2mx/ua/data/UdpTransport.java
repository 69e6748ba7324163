package org.m2mx.ua.data;

import java.io.ByteArrayOutputStream;
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
 * <p>The records of a flight of the handshake go in as few datagrams as they fit in (RFC 6347
 * section 4.1.1): one that is lost takes its flight along, which is then sent again as a whole, and
 * nothing comes out of order.
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
  private final FlightOrder order;

  /** What has been sent of a flight, but not gone yet. */
  private final ByteArrayOutputStream flight = new ByteArrayOutputStream(SEND_LIMIT);

  private volatile int unreachable;
  private volatile boolean established;
  private volatile boolean heard;

  /**
   * UDP by a socket that is connected before the first use.
   *
   * @param order sees to it that nothing comes before it may
   */
  UdpTransport(DatagramSocket socket, FlightOrder order) {
    this.socket = socket;
    this.order = order;
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

  /**
   * The handshake is done: what is sent goes at once, and the peer is known to have been there, so
   * that it can be missed.
   */
  void established() throws IOException {
    flush();
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
    flush();
    DatagramPacket packet = new DatagramPacket(buffer, offset, length);
    try {
      socket.setSoTimeout(waitMillis);
      socket.receive(packet);
      unreachable = 0;
      heard = true;
      return established ? packet.getLength() : order.pass(buffer, offset, packet.getLength());
    } catch (SocketTimeoutException e) {
      return -1;
    } catch (PortUnreachableException e) {
      noticed(e);
      return -1;
    }
  }

  @Override
  public void send(byte[] buffer, int offset, int length) throws IOException {
    if (established) {
      sendNow(buffer, offset, length);
      return;
    }
    synchronized (flight) {
      if (flight.size() + length > SEND_LIMIT) {
        flush();
      }
      flight.write(buffer, offset, length);
    }
  }

  private void flush() throws IOException {
    if (established) {
      return;
    }
    synchronized (flight) {
      if (flight.size() > 0) {
        byte[] datagram = flight.toByteArray();
        flight.reset();
        sendNow(datagram, 0, datagram.length);
      }
    }
  }

  private void sendNow(byte[] buffer, int offset, int length) throws IOException {
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

  /** After what is said last, such as why a handshake has failed. */
  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      socket.close();
    }
  }
}
