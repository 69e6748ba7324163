/** How often somebody may ask. */
package org.m2mx.console.limit;
