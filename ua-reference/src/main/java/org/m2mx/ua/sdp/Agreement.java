package org.m2mx.ua.sdp;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What an offer and its answer have settled, from one side's view.
 *
 * @param role {@link Setup#ACTIVE} if this side opens the connection, {@link Setup#PASSIVE} if it
 *     waits for it
 * @param peer the other side's address; its port is to connect to if this side is active, and means
 *     nothing otherwise
 * @param peerFingerprints the other side's certificate must have one of these
 */
public record Agreement(Setup role, InetSocketAddress peer, List<Fingerprint> peerFingerprints) {}
