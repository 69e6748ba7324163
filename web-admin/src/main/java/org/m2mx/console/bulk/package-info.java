/** Subscribers by the file: brought in, checked, opened all or none, and taken out. */
package org.m2mx.console.bulk;
