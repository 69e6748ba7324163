/** Whether a caller can tell by the time who exists. */
package org.m2mx.bench.concealment;
