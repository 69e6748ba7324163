/** Subscriptions (RFC 6665): to which event packages there are, each in a room of its own. */
package org.m2mx.sip.event;
