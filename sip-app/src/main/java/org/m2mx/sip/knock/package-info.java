/** Knocks at a device's own door, by which it sees from outside what its firewall lets in. */
package org.m2mx.sip.knock;
