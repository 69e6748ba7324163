/**
 * A stream that goes on by another connection when one is lost: octets are numbered, kept until the
 * peer's program has taken them, and sent again from where the peer says. docs/integrators/
 * resumption.md has what goes over the wire.
 */
package org.m2mx.ua.resume;
