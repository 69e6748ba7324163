package org.m2mx.ua.firewall.igd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.ua.firewall.FirewallException;

/**
 * An answer to an SSDP search (UPnP Device Architecture 1.1 section 1.3.3).
 *
 * @param gateway where its description is; the address is the one that has answered
 * @param path of the description, starting with a slash
 */
record SsdpResponse(InetSocketAddress gateway, String path) {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] 200( .*)?");
  private static final Pattern LOCATION =
      Pattern.compile("LOCATION[ \\t]*:[ \\t]*(\\S+)[ \\t]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]+");
  private static final int HTTP_PORT = 80;
  private static final int MAX_LENGTH = 4096;

  /**
   * Reads a packet. A location elsewhere than where the packet came from is refused, so that nobody
   * can have this user agent ask a third party.
   *
   * @param packet holds it
   * @param length how much of it is the packet
   * @param sender who has sent it
   * @throws FirewallException if it is no usable answer
   */
  static SsdpResponse parse(byte[] packet, int length, InetAddress sender)
      throws FirewallException {
    if (length > MAX_LENGTH) {
      throw new FirewallException("an SSDP packet of " + length + " octets");
    }
    String[] lines = new String(packet, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n");
    if (!STATUS.matcher(lines[0]).matches()) {
      throw new FirewallException("not an answer to an SSDP search");
    }
    for (int i = 1; i < lines.length; i++) {
      Matcher location = LOCATION.matcher(lines[i]);
      if (location.matches()) {
        return at(location.group(1), sender);
      }
    }
    throw new FirewallException("an SSDP answer without LOCATION");
  }

  private static SsdpResponse at(String location, InetAddress sender) throws FirewallException {
    try {
      URI uri = new URI(location);
      String path = uri.getRawPath();
      if (!"http".equalsIgnoreCase(uri.getScheme())
          || uri.getHost() == null
          || !path.startsWith("/")) {
        throw new FirewallException("SSDP location " + location + " is not http://address/path");
      }
      if (!isHost(uri.getHost(), sender)) {
        throw new FirewallException("SSDP location " + location + " is not the sender's");
      }
      int port = uri.getPort() == -1 ? HTTP_PORT : uri.getPort();
      String query = uri.getRawQuery();
      return new SsdpResponse(
          new InetSocketAddress(sender, port), query == null ? path : path + "?" + query);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new FirewallException("SSDP location " + location + " is not a URL", e);
    }
  }

  /** Compares without the zone, which means something to its own host only. */
  static boolean isHost(String host, InetAddress sender) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    String text = bare.replaceFirst("%.*", "");
    if (!ADDRESS.matcher(text).matches()) {
      return false;
    }
    try {
      byte[] address = InetAddress.getByName(text).getAddress();
      return java.util.Arrays.equals(address, sender.getAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
