/** What programs are told when something went wrong (RFC 9457). */
package org.m2mx.console.problem;
