/** The operator's own proxies, through which subscribers may come (RFC 5626 section 5). */
package org.m2mx.sip.edge;
