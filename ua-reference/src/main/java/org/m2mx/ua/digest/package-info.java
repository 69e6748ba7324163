/** HTTP Digest authentication as SIP uses it, the client's side (RFC 7616, RFC 8760). */
package org.m2mx.ua.digest;
