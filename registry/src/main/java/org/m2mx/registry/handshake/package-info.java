/** Devices that came no further than TLS, and why. */
package org.m2mx.registry.handshake;
