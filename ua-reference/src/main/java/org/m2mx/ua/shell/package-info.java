/** Commands that this program has a shell run, and their end. */
package org.m2mx.ua.shell;
