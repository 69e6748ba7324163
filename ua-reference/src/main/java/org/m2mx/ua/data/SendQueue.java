package org.m2mx.ua.data;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What the peer of a TCP connection over IPv6 has not acknowledged yet, as Linux tells it. */
final class SendQueue {
  private static final Path TABLE = Path.of("/proc/self/net/tcp6");
  private static final long PAUSE_MILLIS = 5;

  private final String ends;

  /**
   * The queue of a connection.
   *
   * @param socket it, connected
   */
  SendQueue(Socket socket) {
    this.ends =
        end((InetSocketAddress) socket.getLocalSocketAddress())
            + " "
            + end((InetSocketAddress) socket.getRemoteSocketAddress());
  }

  /** As in the table: words of four octets, each as this machine's processor has it. */
  private static String end(InetSocketAddress address) {
    ByteBuffer octets = ByteBuffer.wrap(octets(address.getAddress()));
    octets.order(ByteOrder.nativeOrder());
    StringBuilder end = new StringBuilder();
    while (octets.hasRemaining()) {
      end.append(String.format("%08X", octets.getInt()));
    }
    return end.append(String.format(":%04X", address.getPort())).toString();
  }

  private static byte[] octets(InetAddress address) {
    if (address instanceof Inet6Address) {
      return address.getAddress();
    }
    throw new IllegalArgumentException("no IPv6 address: " + address);
  }

  /**
   * Waits until it is empty. The end of the output, once it is shut down, is acknowledged like the
   * last octet.
   *
   * @param limit how long at most
   * @return whether it is; not if this thread is interrupted meanwhile
   * @throws IOException if the system does not say
   */
  boolean awaitEmpty(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** A connection that both sides have ended is not in the table any more, or has none. */
  private boolean isEmpty() throws IOException {
    try (Stream<String> rows = Files.lines(TABLE)) {
      return rows.map(row -> row.strip().split("\\s+"))
          .filter(fields -> fields.length > 4 && (fields[1] + " " + fields[2]).equals(ends))
          .allMatch(fields -> fields[4].startsWith("00000000:"));
    }
  }
}
