/** The WebSocket protocol (RFC 6455) as SIP travels over it (RFC 7118), without any socket. */
package org.m2mx.sipcontainer.websocket;
