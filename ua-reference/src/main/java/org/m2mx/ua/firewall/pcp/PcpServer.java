package org.m2mx.ua.firewall.pcp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.net.IpText;

/**
 * Asks a server of PCP or NAT-PMP and waits for its answer.
 *
 * @param address the server's
 * @param patience when to give up on each sending
 */
record PcpServer(InetSocketAddress address, List<Duration> patience) {
  /** Where servers of both protocols listen (RFC 6887 section 19.1, RFC 6886 section 5). */
  static final int PORT = 5351;

  private static final System.Logger LOG = System.getLogger(PcpServer.class.getName());

  /**
   * As RFC 6886 section 3.1 begins. RFC 6887 section 8.1.1 starts at 3 seconds, for servers that
   * may be far and clients that may wait; this one is on the same link and a caller waits.
   */
  static final List<Duration> PATIENCE =
      List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1));

  private static final int MAX_LENGTH = 1100;

  /** The default router of an address's family, which is where servers are looked for. */
  static Function<InetAddress, Optional<PcpServer>> atDefaultRouter() {
    return own ->
        DefaultRouter.of(own)
            .map(router -> new PcpServer(new InetSocketAddress(router, PORT), PATIENCE));
  }

  /** Reads a packet of one of the protocols. */
  @FunctionalInterface
  interface Reader<R> {

    /**
     * Reads it.
     *
     * @param packet holds it
     * @param length how much of it is the packet
     * @return the response
     * @throws FirewallException if it is none
     */
    R read(byte[] packet, int length) throws FirewallException;
  }

  /**
   * Sends a request, again if need be, until there is an answer to it.
   *
   * @param client this side's address
   * @param request the packet
   * @param reader reads responses
   * @param isAnswer tells the answer from other responses
   * @return the answer; its result may be an error
   * @throws FirewallException if there is none in time
   */
  <R> R ask(InetAddress client, byte[] request, Reader<R> reader, Predicate<R> isAnswer)
      throws FirewallException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(client, 0))) {
      // Packets from elsewhere are not received by a connected socket (RFC 6887 section 8.3).
      socket.connect(address);
      for (Duration limit : patience) {
        socket.send(new DatagramPacket(request, request.length));
        R answer = await(socket, limit, reader, isAnswer);
        if (answer != null) {
          return answer;
        }
      }
    } catch (PortUnreachableException e) {
      throw new FirewallException("nobody listens at " + IpText.of(address), e);
    } catch (IOException e) {
      throw new FirewallException(IpText.of(address) + ": " + e.getMessage(), e);
    }
    throw new FirewallException(IpText.of(address) + " does not answer");
  }

  private static <R> R await(
      DatagramSocket socket, Duration limit, Reader<R> reader, Predicate<R> isAnswer)
      throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    // One more octet than allowed, to notice what was cut off.
    DatagramPacket packet = new DatagramPacket(new byte[MAX_LENGTH + 1], MAX_LENGTH + 1);
    while (true) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return null;
      }
      socket.setSoTimeout((int) left);
      try {
        socket.receive(packet);
        R response = reader.read(packet.getData(), packet.getLength());
        if (isAnswer.test(response)) {
          return response;
        }
      } catch (SocketTimeoutException e) {
        return null;
      } catch (FirewallException e) {
        LOG.log(System.Logger.Level.DEBUG, "Ignored {0}", e.getMessage());
      }
    }
  }
}
