/** Session descriptions (RFC 8866) and the offer/answer model (RFC 3264), as far as data needs. */
package org.m2mx.ua.sdp;
