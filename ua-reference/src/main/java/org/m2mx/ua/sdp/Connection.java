package org.m2mx.ua.sdp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.m2mx.ua.net.IpText;

/**
 * A {@code c=} line (RFC 8866 section 5.7), with an address and never a name: a name would have to
 * be looked up by whoever answers.
 *
 * @param address a unicast address
 */
public record Connection(InetAddress address) {
  private static final Pattern IP4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern IP6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /**
   * Reads {@code IN IP6 2001:db8::1} or {@code IN IP4 192.0.2.1}.
   *
   * @param text the value of the line
   * @return the connection
   * @throws SdpException if it is anything else, or a multicast address
   */
  static Connection parse(String text) throws SdpException {
    String[] parts = text.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals("IN")) {
      throw new SdpException("malformed c=" + text);
    }
    boolean ip6 = parts[1].equals("IP6") && IP6.matcher(parts[2]).matches();
    boolean ip4 = parts[1].equals("IP4") && IP4.matcher(parts[2]).matches();
    if (!ip6 && !ip4) {
      throw new SdpException("c=" + text + " does not hold an IP address");
    }
    try {
      InetAddress address = InetAddress.getByName(parts[2]);
      if (address.isMulticastAddress() || (ip6 != (address instanceof Inet6Address))) {
        throw new SdpException("c=" + text + " does not hold a unicast address of its family");
      }
      return new Connection(address);
    } catch (UnknownHostException e) {
      throw new SdpException("c=" + text + " does not hold an IP address");
    }
  }

  /** Returns the value of the line. */
  @Override
  public String toString() {
    return "IN " + (address instanceof Inet4Address ? "IP4 " : "IP6 ") + IpText.of(address);
  }
}
