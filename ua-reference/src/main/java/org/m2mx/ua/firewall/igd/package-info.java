/**
 * UPnP Internet Gateway Device 2: finding the gateway (SSDP), reading what it can do, and its
 * service WANIPv6FirewallControl:1, which opens pinholes restricted to a peer.
 */
package org.m2mx.ua.firewall.igd;
