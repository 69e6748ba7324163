package org.m2mx.ua;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * A registration that stands: the name, and the flow it is bound to.
 *
 * @param aor the name
 * @param contact the URI that it is bound to
 * @param localAddress this side's end of the flow: the address that this user agent has found
 *     itself
 * @param serverAddress the server's end
 * @param tlsProtocol such as {@code TLSv1.3}
 * @param tlsCipherSuite such as {@code TLS_AES_256_GCM_SHA384}
 * @param serverCertificate the fingerprint of the certificate that the server showed, and that was
 *     checked against the account's trust anchors
 * @param serverSoftware what the server calls itself, if it does
 * @param serverTime what the time is by the server's clock, to the second, if it says so (RFC 3261
 *     section 20.17)
 * @param expires how long the registration holds unless it is refreshed, which happens by itself
 */
public record Registration(
    Aor aor,
    String contact,
    InetSocketAddress localAddress,
    InetSocketAddress serverAddress,
    String tlsProtocol,
    String tlsCipherSuite,
    Fingerprint serverCertificate,
    Optional<String> serverSoftware,
    Optional<Instant> serverTime,
    Duration expires) {}
