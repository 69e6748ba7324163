/** The command {@code m2mx-ua}. */
package org.m2mx.ua.cli;
