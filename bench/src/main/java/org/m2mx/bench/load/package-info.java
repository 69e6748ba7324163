/** Devices by the thousand, in one thread: they register and call at a given rate. */
package org.m2mx.bench.load;
