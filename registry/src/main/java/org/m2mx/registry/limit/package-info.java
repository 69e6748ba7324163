/** How often somebody may ask. */
package org.m2mx.registry.limit;
