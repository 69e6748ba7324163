/** The servers that are measured, and the database they both keep their bindings in. */
package org.m2mx.bench.server;
