/** What processes cost the machine. */
package org.m2mx.bench.machine;
