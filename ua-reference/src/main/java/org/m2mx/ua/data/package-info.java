/**
 * The data channel: bytes or packets between two user agents, with nobody between them.
 *
 * <p>What stands on it uses {@link org.m2mx.ua.data.DataChannel} alone, which {@code Session} hands
 * out once the peer is verified. Its streams serve both kinds: who needs all bytes in their order
 * (files, connections) asks for {@code TCP_TLS} when calling and accepting; who sends messages
 * keeps each within {@code packetLimit()} and writes it at once. Endpoints and how they open are
 * the package's own affair.
 */
package org.m2mx.ua.data;
