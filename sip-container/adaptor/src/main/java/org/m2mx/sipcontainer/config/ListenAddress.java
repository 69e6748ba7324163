package org.m2mx.sipcontainer.config;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, as written in {@code sip.listen}: {@code tls://[::]:5061}.
 *
 * @param transport the transport
 * @param host an address literal without brackets, or a host name; {@code ::} and {@code 0.0.0.0}
 *     are wildcards
 * @param port 1 to 65535
 */
public record ListenAddress(Transport transport, String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z]+)://(?:\\[([0-9A-Fa-f:.%a-z]+)]|([^\\[\\]:/]+))(?::(\\d{1,5}))?");

  /** Checks the port's range. */
  public ListenAddress {
    Objects.requireNonNull(transport);
    Objects.requireNonNull(host);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
  }

  /**
   * Reads one element of {@code sip.listen}.
   *
   * @param text {@code transport://host[:port]}; an IPv6 literal stands in brackets; the port
   *     defaults to the transport's
   * @throws IllegalArgumentException when it has another form; the message says which is expected
   */
  public static ListenAddress parse(String text) {
    Matcher matcher = FORM.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not of the form transport://host:port, such as tls://[::]:5061"
              .formatted(text.trim()));
    }
    Transport transport = Transport.of(matcher.group(1));
    String host = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
    if (matcher.group(2) != null && AddressText.literal(host).isEmpty()) {
      throw new IllegalArgumentException("[%s] is no IPv6 address".formatted(host));
    }
    int port =
        matcher.group(4) == null ? transport.defaultPort() : Integer.parseInt(matcher.group(4));
    return new ListenAddress(transport, host, port);
  }

  /** Whether this stands for every local address of both families. */
  public boolean isAnyAddress() {
    return host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
  }

  /** Whether this stands for every local IPv4 address. */
  public boolean isAnyIpv4Address() {
    return host.equals("0.0.0.0");
  }

  /** The same with another port. */
  public ListenAddress withPort(int newPort) {
    return new ListenAddress(transport, host, newPort);
  }

  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return transport.parameter() + "://" + shown + ":" + port;
  }
}
