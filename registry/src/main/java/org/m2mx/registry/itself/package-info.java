/** Subscribers who look after their own accounts. */
package org.m2mx.registry.itself;
