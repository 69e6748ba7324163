/** The console in a real browser, as an operator uses it. */
package org.m2mx.tests.console;
