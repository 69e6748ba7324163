package org.m2mx.sipcontainer.flow;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Locale;
import org.m2mx.sipcontainer.config.Transport;

/**
 * How a flow is written into a Route until the message leaves: the user part is the flow's token
 * and the host a name under {@value #DOMAIN}, which can never be resolved (RFC 6761 section 6.4).
 * The name alone tells the transport layer which connection, or for UDP which peer, to send to.
 */
public final class FlowRoute {
  /** Suffix of the hosts. */
  public static final String DOMAIN = ".flow.invalid";

  private FlowRoute() {}

  /** The host that stands for a flow. */
  public static String host(Flow flow) {
    return (flow.transport() == Transport.UDP ? peerLabel(flow) : flow.connection()) + DOMAIN;
  }

  /** Whether a host stands for a flow. */
  public static boolean isFlowHost(String host) {
    return host != null && host.toLowerCase(Locale.ROOT).endsWith(DOMAIN);
  }

  /**
   * The connection a host stands for.
   *
   * @param host one that {@link #isFlowHost} is true of
   */
  public static String connection(String host) {
    return host.substring(0, host.length() - DOMAIN.length());
  }

  /**
   * The UDP peer a host stands for.
   *
   * @param host one that {@link #isFlowHost} is true of
   * @throws IllegalArgumentException when it stands for a connection
   */
  public static InetSocketAddress peer(String host) {
    String[] parts = connection(host).split("-", 2);
    if (parts.length != 2) {
      throw new IllegalArgumentException(host + " is not a UDP flow");
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(HexFormat.of().parseHex(parts[0])), Integer.parseInt(parts[1]));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(host + " is not a UDP flow", e);
    }
  }

  private static String peerLabel(Flow flow) {
    try {
      byte[] address = InetAddress.getByName(flow.remoteAddress()).getAddress();
      return HexFormat.of().formatHex(address) + "-" + flow.remotePort();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + flow.remoteAddress(), e);
    }
  }
}
