package org.m2mx.ua.sdp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a data channel speaks, by its name in an {@code m=} line. */
public enum DataProtocol {
  /** Streams: TLS over TCP (RFC 8122, with the roles of RFC 4145). */
  TCP_TLS("TCP/TLS"),
  /** Datagrams: DTLS over UDP, with the roles of RFC 8842. */
  UDP_DTLS("UDP/DTLS");

  /** All, in the order in which they are preferred where nobody says otherwise. */
  public static final List<DataProtocol> ALL = List.of(values());

  private final String name;

  DataProtocol(String name) {
    this.name = name;
  }

  static Optional<DataProtocol> ofSdpName(String name) {
    return Arrays.stream(values()).filter(protocol -> protocol.name.equals(name)).findFirst();
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
