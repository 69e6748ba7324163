/** What is printed in the end. */
package org.m2mx.bench.report;
