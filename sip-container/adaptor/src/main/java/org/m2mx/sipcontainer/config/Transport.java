package org.m2mx.sipcontainer.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A SIP transport the container can listen on (RFC 3261 section 18). */
public enum Transport {
  /** Datagrams. */
  UDP(false, 5060),
  /** Plain streams. */
  TCP(true, 5060),
  /** Streams under TLS 1.2 or 1.3. */
  TLS(true, 5061);

  private final boolean stream;
  private final int defaultPort;

  Transport(boolean stream, int defaultPort) {
    this.stream = stream;
    this.defaultPort = defaultPort;
  }

  /** Whether messages travel over connections. */
  public boolean isStream() {
    return stream;
  }

  /** The port a SIP URI means when it names none (RFC 3261 section 19.1.2). */
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
