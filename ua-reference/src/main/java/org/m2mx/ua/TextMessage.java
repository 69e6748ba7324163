package org.m2mx.ua;

/**
 * A text that somebody has sent (RFC 3428).
 *
 * @param from whose it is; the server has made sure that it is really that name
 * @param text the text as it came. It is a stranger's: make sure that nothing in it takes effect
 *     where it is shown
 */
public record TextMessage(Aor from, String text) {}
