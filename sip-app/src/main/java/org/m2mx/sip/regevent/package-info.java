/** Devices watch their own subscriber's registration: the event package {@code reg} (RFC 3680). */
package org.m2mx.sip.regevent;
