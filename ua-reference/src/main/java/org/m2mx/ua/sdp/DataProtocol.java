package org.m2mx.ua.sdp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a data channel speaks, by its name in an {@code m=} line. */
public enum DataProtocol {
  /** Streams: TLS over TCP (RFC 8122, with the roles of RFC 4145). */
  TCP_TLS("TCP/TLS", "m2mx", "setup"),
  /** Datagrams: DTLS over UDP, with the roles of RFC 8842. */
  UDP_DTLS("UDP/DTLS", "m2mx", "setup"),
  /**
   * Streams in a tunnel for IP: ESP in UDP with keys by IKEv2 (RFC 6193), which needs an IKE daemon
   * on both machines.
   */
  IKE_ESP_UDPENCAP("udp", "ike-esp-udpencap", "ike-setup");

  /** All that there are. */
  public static final List<DataProtocol> ALL = List.of(values());

  /** Those that need nothing else, in the order of preference where nobody says otherwise. */
  public static final List<DataProtocol> USUAL = List.of(TCP_TLS, UDP_DTLS);

  private final String name;
  private final String format;
  private final String setupAttribute;

  DataProtocol(String name, String format, String setupAttribute) {
    this.name = name;
    this.format = format;
    this.setupAttribute = setupAttribute;
  }

  static Optional<DataProtocol> of(MediaDescription line) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.name.equals(line.protocol()))
        .filter(protocol -> line.formats().contains(protocol.format))
        .findFirst();
  }

  /** Returns the format, which either side writes, both ways. */
  String format() {
    return format;
  }

  /** Returns the attribute that says who begins (RFC 4145 section 4, RFC 6193 section 3). */
  String setupAttribute() {
    return setupAttribute;
  }

  /** Says whether a channel carries a stream each way, and not packets. */
  public boolean isStream() {
    return this != UDP_DTLS;
  }

  /** Returns the {@code proto} field of an {@code m=} line. */
  public String sdpName() {
    return name;
  }

  /** Returns the name as it is written on a command line, such as {@code tcp-tls}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
