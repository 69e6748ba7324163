/** SIP servlets in the server: what {@code sip-container} promises to any SIP application. */
package org.m2mx.tests.sipcontainer;
