/**
 * Port Control Protocol (RFC 6887) and its forerunner NAT-PMP (RFC 6886), which share a port and a
 * way to tell of restarts: the gateway opens a hole for a port, to whoever comes, and where it
 * translates addresses lends one of its own ports to it.
 */
package org.m2mx.ua.firewall.pcp;
