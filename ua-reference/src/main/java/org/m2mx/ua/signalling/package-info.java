/**
 * The signalling channel: one TLS connection to the server (RFC 5626), with JAIN SIP's transactions
 * and dialogs on it.
 */
package org.m2mx.ua.signalling;
