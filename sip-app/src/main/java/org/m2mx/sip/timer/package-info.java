/** What is to be done later in a session. */
package org.m2mx.sip.timer;
