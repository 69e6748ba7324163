/** The keys of programs, and what they can ask for. */
package org.m2mx.console.key;
