/** Port Control Protocol (RFC 6887): the gateway opens a hole for a port, to whoever comes. */
package org.m2mx.ua.firewall.pcp;
