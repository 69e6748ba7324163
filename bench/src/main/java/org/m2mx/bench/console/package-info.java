/** How long an operator waits for the console of an ISP with very many subscribers. */
package org.m2mx.bench.console;
