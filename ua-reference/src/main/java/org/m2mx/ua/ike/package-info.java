/**
 * IP between two devices: IKEv2 and ESP in UDP by strongSwan (RFC 6193, RFC 7296, RFC 3948). Each
 * device has an address inside the tunnel that follows from its certificate.
 */
package org.m2mx.ua.ike;
