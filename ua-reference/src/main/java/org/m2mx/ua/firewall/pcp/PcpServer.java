package org.m2mx.ua.firewall.pcp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.net.IpText;

/**
 * Asks a PCP server and waits for its answer.
 *
 * @param address the server's
 * @param patience when to give up on each sending
 */
record PcpServer(InetSocketAddress address, List<Duration> patience) {
  private static final System.Logger LOG = System.getLogger(PcpServer.class.getName());

  /**
   * RFC 6887 section 8.1.1 starts at 3 seconds, for servers that may be far and clients that may
   * wait; this one is on the same link and a caller waits.
   */
  static final List<Duration> PATIENCE =
      List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1));

  private static final int MAX_LENGTH = 1100;

  /**
   * Sends a request, again if need be, until there is an answer to it.
   *
   * @param client this side's address
   * @param request the packet
   * @param isAnswer tells the answer from other responses
   * @return the answer; its result may be an error
   * @throws FirewallException if there is none in time
   */
  PcpResponse ask(Inet6Address client, byte[] request, Predicate<PcpResponse> isAnswer)
      throws FirewallException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(client, 0))) {
      // Packets from elsewhere are not received by a connected socket (RFC 6887 section 8.3).
      socket.connect(address);
      for (Duration limit : patience) {
        socket.send(new DatagramPacket(request, request.length));
        PcpResponse answer = await(socket, limit, isAnswer);
        if (answer != null) {
          return answer;
        }
      }
    } catch (PortUnreachableException e) {
      throw new FirewallException(IpText.of(address) + " speaks no PCP", e);
    } catch (IOException e) {
      throw new FirewallException("PCP with " + IpText.of(address) + ": " + e.getMessage(), e);
    }
    throw new FirewallException(IpText.of(address) + " does not answer PCP");
  }

  private static PcpResponse await(
      DatagramSocket socket, Duration limit, Predicate<PcpResponse> isAnswer) throws IOException {
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
        PcpResponse response = PcpResponse.parse(packet.getData(), packet.getLength());
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
