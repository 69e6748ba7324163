package org.m2mx.ua.signalling;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a registrar has granted.
 *
 * @param contact the URI that the name is bound to
 * @param expires how long the binding holds
 * @param flowTimer how often the server wants to hear from us (RFC 5626 section 4.4), if it says so
 * @param outbound whether the server keeps to RFC 5626, and thus answers pings
 * @param server the server's software as it calls itself, if it does
 * @param serverTime what the time is by the server's clock, if it says so
 */
public record Binding(
    String contact,
    Duration expires,
    Optional<Duration> flowTimer,
    boolean outbound,
    Optional<String> server,
    Optional<Instant> serverTime) {}
