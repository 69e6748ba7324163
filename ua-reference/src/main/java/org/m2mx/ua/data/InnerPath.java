package org.m2mx.ua.data;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Which way a session's data takes inside a tunnel.
 *
 * @param own where this side listens, should it be the passive one
 * @param peer the other side's address
 */
public record InnerPath(InetSocketAddress own, InetAddress peer) {}
