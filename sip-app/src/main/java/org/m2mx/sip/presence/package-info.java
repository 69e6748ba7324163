/** Who may call somebody may watch whether it is there: the event package presence (RFC 3856). */
package org.m2mx.sip.presence;
