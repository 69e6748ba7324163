/** The command line of the bench. */
package org.m2mx.bench.command;
