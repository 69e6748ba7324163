/** Passes requests on to permitted callees, and dialogs back and forth (RFC 3261 section 16). */
package org.m2mx.sip.relay;
