package org.m2mx.sipcontainer.dns;

import java.net.InetSocketAddress;
import org.m2mx.sipcontainer.config.Transport;

/**
 * A server to try.
 *
 * @param transport how
 * @param address where
 */
public record Target(Transport transport, InetSocketAddress address) {}
