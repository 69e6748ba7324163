/** Measures the server, beside another that people know, on one machine and in one run. */
package org.m2mx.bench;
