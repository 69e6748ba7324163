/** What is done again and again, whether or not anybody asks. */
package org.m2mx.sip.round;
