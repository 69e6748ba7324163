package org.m2mx.ua.firewall;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.ua.net.IpText;

/**
 * What gateways multicast when they start: a PCP ANNOUNCE (RFC 6887 section 14.1.3), NAT-PMP's
 * address outside (RFC 6886 section 3.2.1), and SSDP's NOTIFY with another BOOTID, or byebye before
 * (UPnP Device Architecture 1.1 section 1.2).
 */
final class MulticastNews implements GatewayNews {
  private static final System.Logger LOG = System.getLogger(MulticastNews.class.getName());
  private static final int SSDP_PORT = 1900;
  private static final int PCP_CLIENT_PORT = 5350;
  private static final int MAX_LENGTH = 4096;

  /** Senders whose BOOTID is remembered; strangers could fill the memory otherwise. */
  private static final int MOST_SENDERS = 64;

  /** A burst of packets is one piece of news. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int PCP_VERSION = 2;
  private static final int PCP_ANNOUNCE_RESPONSE = 0x80;
  private static final int PCP_HEADER = 24;
  private static final int NAT_PMP_VERSION = 0;
  private static final int NAT_PMP_ADDRESS_RESPONSE = 0x80;
  private static final int NAT_PMP_ADDRESS_LENGTH = 12;
  private static final Pattern BOOT_ID =
      Pattern.compile("(?im)^BOOTID\\.UPNP\\.ORG[ \\t]*:[ \\t]*(\\d{1,10})[ \\t]*\\r?$");
  private static final Pattern BYEBYE =
      Pattern.compile("(?im)^NTS[ \\t]*:[ \\t]*ssdp:byebye[ \\t]*\\r?$");

  /** A multicast group and its port. */
  private record Group(String address, int port) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group("ff02::c", SSDP_PORT),
          new Group("ff05::c", SSDP_PORT),
          new Group("239.255.255.250", SSDP_PORT),
          new Group("ff02::1", PCP_CLIENT_PORT),
          new Group("224.0.0.1", PCP_CLIENT_PORT));

  @Override
  public Listening listen(InetAddress own, Runnable restarted) {
    try {
      NetworkInterface link = NetworkInterface.getByInetAddress(own);
      Selector selector = Selector.open();
      if (link != null && !link.isLoopback()) {
        GROUPS.forEach(group -> join(group, link, selector));
      }
      Thread thread = new Thread(() -> serve(selector, restarted), "m2mx-ua-gateway-news");
      thread.setDaemon(true);
      thread.start();
      return () -> close(selector);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "No news of gateways: {0}", e.getMessage());
      return () -> {};
    }
  }

  private static void join(Group group, NetworkInterface link, Selector selector) {
    try {
      InetAddress address = InetAddress.getByName(group.address());
      ProtocolFamily family =
          address instanceof Inet6Address
              ? StandardProtocolFamily.INET6
              : StandardProtocolFamily.INET;
      DatagramChannel channel = DatagramChannel.open(family);
      try {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(address, group.port())).configureBlocking(false);
        channel.join(address, link);
        channel.register(selector, SelectionKey.OP_READ);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "No news of gateways by {0}: {1}",
          group.address(),
          e.getMessage());
    }
  }

  private static void close(Selector selector) {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Closing a selector", e);
    }
  }

  private static void serve(Selector selector, Runnable restarted) {
    Boots boots = new Boots();
    ByteBuffer packet = ByteBuffer.allocate(MAX_LENGTH);
    Bursts bursts = new Bursts(System.nanoTime());
    try {
      while (selector.isOpen()) {
        selector.select(bursts.millisUntilDue(System.nanoTime()));
        for (SelectionKey key : selector.selectedKeys()) {
          packet.clear();
          InetSocketAddress sender =
              (InetSocketAddress) ((DatagramChannel) key.channel()).receive(packet);
          if (sender != null && boots.tell(packet.array(), packet.position(), sender)) {
            LOG.log(
                System.Logger.Level.INFO, "{0} may have restarted", IpText.of(sender.getAddress()));
            bursts.heard();
          }
        }
        selector.selectedKeys().clear();
        if (bursts.isDue(System.nanoTime())) {
          restarted.run();
        }
      }
    } catch (ClosedSelectorException e) {
      LOG.log(System.Logger.Level.DEBUG, "No more news of gateways");
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "No more news of gateways: {0}", e.getMessage());
    }
  }

  /**
   * Passes on one piece of news a pause. The last of a burst counts: the first may be a gateway's
   * farewell, when it still grants what it is about to forget.
   */
  static final class Bursts {
    private long next;
    private boolean waiting;

    /**
     * @param now as {@link System#nanoTime} tells it, here and below
     */
    Bursts(long now) {
      this.next = now;
    }

    void heard() {
      waiting = true;
    }

    /** How long until there is something to pass on; 0 when nothing waits. */
    long millisUntilDue(long now) {
      return waiting ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(next - now)) : 0;
    }

    /** Whether it is to be passed on now; says so once. */
    boolean isDue(long now) {
      if (!waiting || now - next < 0) {
        return false;
      }
      waiting = false;
      next = now + PAUSE_NANOS;
      return true;
    }
  }

  /** Which start of each gateway is known. */
  static final class Boots {
    private final Map<InetAddress, String> known = new HashMap<>();

    /** Says whether a packet tells of a restart; one without a number is taken for one. */
    boolean tell(byte[] packet, int length, InetSocketAddress sender) {
      if (isAnnounce(packet, length)) {
        return true;
      }
      String text = new String(packet, 0, length, StandardCharsets.ISO_8859_1);
      if (!text.startsWith("NOTIFY * HTTP/1.1")) {
        return false;
      }
      if (BYEBYE.matcher(text).find()) {
        known.remove(sender.getAddress());
        return true;
      }
      return bootId(text).map(boot -> isNew(sender.getAddress(), boot)).orElse(false);
    }

    private boolean isNew(InetAddress sender, String boot) {
      if (known.size() >= MOST_SENDERS && !known.containsKey(sender)) {
        return false;
      }
      return !boot.equals(known.put(sender, boot));
    }

    private static Optional<String> bootId(String text) {
      Matcher matcher = BOOT_ID.matcher(text);
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static boolean isAnnounce(byte[] packet, int length) {
      if (length >= PCP_HEADER && packet[0] == PCP_VERSION) {
        return (packet[1] & 0xff) == PCP_ANNOUNCE_RESPONSE;
      }
      return length == NAT_PMP_ADDRESS_LENGTH
          && packet[0] == NAT_PMP_VERSION
          && (packet[1] & 0xff) == NAT_PMP_ADDRESS_RESPONSE;
    }
  }
}
