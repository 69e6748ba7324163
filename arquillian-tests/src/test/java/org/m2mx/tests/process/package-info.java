/** Processes that tests start and listen to. */
package org.m2mx.tests.process;
