package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What an offer and its answer have settled, from one side's view.
 *
 * @param protocol what the channel speaks
 * @param role {@link Setup#ACTIVE} if this side opens the channel, {@link Setup#PASSIVE} if it
 *     waits for it
 * @param peer the other side's address; its port is to connect to if this side is active. If it is
 *     passive the port is the one that datagrams come from, and means nothing for a stream
 * @param peerFingerprints the other side's certificate must have one of these
 * @param tunnel the tunnel's name and the other side's certificate, with one of these fingerprints;
 *     null where the channel is no tunnel
 * @param resumption what the other side says of how a stream goes on by another connection, or null
 *     if it does not
 */
public record Agreement(
    DataProtocol protocol,
    Setup role,
    InetSocketAddress peer,
    List<Fingerprint> peerFingerprints,
    TunnelTerms tunnel,
    Resumption resumption) {

  /** What is settled for a channel that neither is a tunnel nor goes on by another connection. */
  public Agreement(
      DataProtocol protocol,
      Setup role,
      InetSocketAddress peer,
      List<Fingerprint> peerFingerprints) {
    this(protocol, role, peer, peerFingerprints, null);
  }

  /** What is settled for a channel that does not go on by another connection. */
  public Agreement(
      DataProtocol protocol,
      Setup role,
      InetSocketAddress peer,
      List<Fingerprint> peerFingerprints,
      TunnelTerms tunnel) {
    this(protocol, role, peer, peerFingerprints, tunnel, null);
  }
}
