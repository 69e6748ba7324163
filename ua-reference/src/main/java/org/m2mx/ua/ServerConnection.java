package org.m2mx.ua;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;

/**
 * A connection to the server whose certificate was checked against the account's trust anchors.
 *
 * @param localAddress this side's end
 * @param serverAddress the server's end
 * @param tlsProtocol such as {@code TLSv1.3}
 * @param tlsCipherSuite such as {@code TLS_AES_256_GCM_SHA384}
 * @param certificate what the server showed
 */
public record ServerConnection(
    InetSocketAddress localAddress,
    InetSocketAddress serverAddress,
    String tlsProtocol,
    String tlsCipherSuite,
    X509Certificate certificate) {}
