package org.m2mx.ua.ike;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * The tunnel that a session needs.
 *
 * @param name what both sides call it, different for each session
 * @param own this side's address and IKE port
 * @param peer the other side's
 * @param initiates whether this side speaks first
 * @param key belongs to {@code certificate}
 * @param certificate what this side shows
 * @param peerCertificate the only one to take from the peer
 */
public record TunnelRequest(
    String name,
    InetSocketAddress own,
    InetSocketAddress peer,
    boolean initiates,
    PrivateKey key,
    X509Certificate certificate,
    X509Certificate peerCertificate) {

  /** Returns this device's address inside. */
  public InetAddress inside() {
    return InnerAddress.of(name, certificate, peerCertificate);
  }

  /** Returns the peer's address inside. */
  public InetAddress peerInside() {
    return InnerAddress.of(name, peerCertificate, certificate);
  }
}
