package org.m2mx.ua.account;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the server listens for SIP over TLS.
 *
 * @param host a host name, an IPv4 address or an IPv6 address without brackets; never null
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {
  /** The port of SIP over TLS (RFC 3261 section 19.1.2). */
  public static final int DEFAULT_PORT = 5061;

  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9](?:[A-Za-z0-9.\\-]{0,252})))(?::(\\d{1,5}))?");

  /** Checks the port. */
  public ServerAddress {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  /**
   * Reads {@code host}, {@code host:port}, {@code [IPv6]} or {@code [IPv6]:port}.
   *
   * @param text never null
   * @return the address, with port 5061 where none is given
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ServerAddress parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not host, host:port or [IPv6]:port, such as sip.m2m-x.example:5061");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    int port = matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : DEFAULT_PORT;
    return new ServerAddress(host, port);
  }

  /** Returns {@code host:port}, with brackets around an IPv6 address. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
