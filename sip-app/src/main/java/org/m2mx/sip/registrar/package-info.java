/** Where subscribers are: REGISTER and the bindings it makes (RFC 3261 section 10, RFC 5626). */
package org.m2mx.sip.registrar;
