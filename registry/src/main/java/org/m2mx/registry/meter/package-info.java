/** What the service tells monitoring systems of itself, by meters of Micrometer. */
package org.m2mx.registry.meter;
