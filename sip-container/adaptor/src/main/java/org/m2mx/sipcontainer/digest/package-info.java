/** Digest authentication as SIP uses it (RFC 3261 section 22, RFC 7616, RFC 8760). */
package org.m2mx.sipcontainer.digest;
