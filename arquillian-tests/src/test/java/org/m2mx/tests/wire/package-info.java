/** A SIP client that sends what a test tells it to, right or wrong, and shows what comes back. */
package org.m2mx.tests.wire;
