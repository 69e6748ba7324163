/** What monitoring systems fetch. */
package org.m2mx.console.metrics;
