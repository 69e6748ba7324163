package org.m2mx.ua.firewall;

/** What a pinhole lets through. */
public enum TransportProtocol {
  /** Streams. */
  TCP(6),
  /** Datagrams. */
  UDP(17);

  private final int number;

  TransportProtocol(int number) {
    this.number = number;
  }

  /** Returns the protocol's number in the IPv6 header, as IANA has assigned it. */
  public int number() {
    return number;
  }
}
