/** The people who run the service and sign in to its console. */
package org.m2mx.registry.operator;
