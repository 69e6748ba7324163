package org.m2mx.ua.firewall.igd;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.net.IpText;

/**
 * Searches the link of an address for devices with a service (UPnP Device Architecture 1.1 section
 * 1.3.2, Annex A for IPv6).
 *
 * @param targets where to send the search
 */
record SsdpSearch(List<InetSocketAddress> targets) {
  private static final System.Logger LOG = System.getLogger(SsdpSearch.class.getName());
  private static final int SSDP_PORT = 1900;

  /** Seconds within which devices answer, at a random time of their own. */
  private static final int MX = 1;

  private static final long RESEND_MILLIS = 300;
  private static final long WINDOW_MILLIS = MX * 1000L + RESEND_MILLIS + 200;
  private static final int HOPS = 2;
  private static final int MAX_LENGTH = 4096;

  /** Link-local and site-local IPv6, and IPv4. */
  static SsdpSearch multicast() {
    return new SsdpSearch(
        List.of(
            new InetSocketAddress("ff02::c", SSDP_PORT),
            new InetSocketAddress("ff05::c", SSDP_PORT),
            new InetSocketAddress("239.255.255.250", SSDP_PORT)));
  }

  /** A socket that searches by one target. */
  private record Probe(DatagramChannel channel, InetSocketAddress target, byte[] request) {
    void send() {
      try {
        channel.send(ByteBuffer.wrap(request), target);
      } catch (IOException e) {
        LOG.log(
            System.Logger.Level.DEBUG,
            "No SSDP by {0}: {1}",
            IpText.of(target),
            String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Searches, and waits until all devices must have answered.
   *
   * @param own an address of this machine, on whose link to search
   * @param service the service's type
   * @return the answers, IPv6 first
   * @throws IOException if the network cannot be used
   */
  List<Candidate> search(InetAddress own, String service) throws IOException {
    List<Probe> probes = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      try {
        NetworkInterface link = NetworkInterface.getByInetAddress(own);
        for (InetSocketAddress target : targets) {
          InetAddress local = localAddress(own, link, target);
          if (local != null) {
            Probe probe = open(local, link, target, service);
            probes.add(probe);
            probe.channel().register(selector, SelectionKey.OP_READ);
          }
        }
        return collect(selector, probes);
      } finally {
        for (Probe probe : probes) {
          probe.channel().close();
        }
      }
    }
  }

  /**
   * A device that has answered.
   *
   * @param response its answer
   * @param local this side's address towards it
   */
  record Candidate(SsdpResponse response, InetAddress local) {}

  private static InetAddress localAddress(
      InetAddress own, NetworkInterface link, InetSocketAddress target) {
    if (target.getAddress() instanceof Inet6Address || link == null) {
      return own;
    }
    return link.inetAddresses()
        .filter(address -> !(address instanceof Inet6Address))
        .findFirst()
        .orElse(null);
  }

  private static Probe open(
      InetAddress local, NetworkInterface link, InetSocketAddress target, String service)
      throws IOException {
    ProtocolFamily family =
        local instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      channel.bind(new InetSocketAddress(local, 0)).configureBlocking(false);
      if (target.getAddress().isMulticastAddress()) {
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, link);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
      }
      return new Probe(channel, target, request(target, service));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static byte[] request(InetSocketAddress target, String service) {
    String text =
        """
        M-SEARCH * HTTP/1.1
        HOST: %s
        MAN: "ssdp:discover"
        MX: %d
        ST: %s

        """
            .formatted(IpText.of(target), MX, service);
    return text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static List<Candidate> collect(Selector selector, List<Probe> probes) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    long start = System.nanoTime();
    probes.forEach(Probe::send);
    boolean resent = false;
    while (true) {
      long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      if (passed >= WINDOW_MILLIS) {
        return candidates;
      }
      if (!resent && passed >= RESEND_MILLIS) {
        resent = true;
        probes.forEach(Probe::send);
      }
      selector.select((resent ? WINDOW_MILLIS : RESEND_MILLIS) - passed + 1);
      selector.selectedKeys().clear();
      for (Probe probe : probes) {
        receive(probe, candidates);
      }
    }
  }

  private static void receive(Probe probe, List<Candidate> candidates) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(MAX_LENGTH + 1);
    InetSocketAddress sender = (InetSocketAddress) probe.channel().receive(packet);
    while (sender != null) {
      try {
        SsdpResponse response =
            SsdpResponse.parse(packet.array(), packet.position(), sender.getAddress());
        InetAddress local = ((InetSocketAddress) probe.channel().getLocalAddress()).getAddress();
        Candidate candidate = new Candidate(response, local);
        if (!candidates.contains(candidate)) {
          candidates.add(local instanceof Inet6Address ? 0 : candidates.size(), candidate);
        }
      } catch (FirewallException e) {
        LOG.log(
            System.Logger.Level.DEBUG, "Ignored, from {0}: {1}", IpText.of(sender), e.getMessage());
      }
      packet.clear();
      sender = (InetSocketAddress) probe.channel().receive(packet);
    }
  }
}
