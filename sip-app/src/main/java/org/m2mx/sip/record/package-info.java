/** Calls written down as they happen, without their waiting for it. */
package org.m2mx.sip.record;
