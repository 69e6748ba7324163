package org.m2mx.sipcontainer.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A SIP transport the container can listen on (RFC 3261 section 18, RFC 7118), the preferred last.
 */
public enum Transport {
  /** WebSockets. */
  WS(true, false, 80),
  /** WebSockets under TLS 1.2 or 1.3. */
  WSS(true, true, 443),
  /** Datagrams. */
  UDP(false, false, 5060),
  /** Plain streams. */
  TCP(true, false, 5060),
  /** Streams under TLS 1.2 or 1.3. */
  TLS(true, true, 5061);

  private final boolean stream;
  private final boolean secure;
  private final int defaultPort;

  Transport(boolean stream, boolean secure, int defaultPort) {
    this.stream = stream;
    this.secure = secure;
    this.defaultPort = defaultPort;
  }

  /** Whether messages travel over connections. */
  public boolean isStream() {
    return stream;
  }

  /** Whether they travel encrypted. */
  public boolean isSecure() {
    return secure;
  }

  /** Whether they travel in WebSockets. */
  public boolean isWebSocket() {
    return this == WS || this == WSS;
  }

  /** Whether both sides have to agree before messages travel. */
  public boolean hasHandshake() {
    return secure || isWebSocket();
  }

  /**
   * The port a SIP URI means when it names none (RFC 3261 section 19.1.2, RFC 7118 section 5.4).
   */
  public int defaultPort() {
    return defaultPort;
  }

  /** The value of a {@code transport} URI parameter, in lower case. */
  public String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a transport's name in any letter case.
   *
   * @throws IllegalArgumentException when there is no such transport here
   */
  public static Transport of(String name) {
    for (Transport transport : values()) {
      if (transport.name().equalsIgnoreCase(name)) {
        return transport;
      }
    }
    throw new IllegalArgumentException(
        "unknown transport '%s', expected one of %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(Transport::parameter)
                    .collect(Collectors.joining(", "))));
  }
}
