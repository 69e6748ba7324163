package org.m2mx.ua.device;

import java.time.Instant;
import org.m2mx.ua.Aor;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * A certificate by which a peer is known.
 *
 * @param aor the peer's name
 * @param fingerprint of the certificate, by SHA-256
 * @param since when it was first seen or accepted, to the second
 */
public record KnownPeer(Aor aor, Fingerprint fingerprint, Instant since) {}
