/** Calls, why they came to what they came to, and what would become of one. */
package org.m2mx.console.call;
