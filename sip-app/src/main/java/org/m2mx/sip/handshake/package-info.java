/** Connections that came no further than TLS. */
package org.m2mx.sip.handshake;
