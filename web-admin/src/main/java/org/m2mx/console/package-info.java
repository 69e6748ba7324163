/** The operators' web console. */
package org.m2mx.console;
