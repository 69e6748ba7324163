/** Who acts, and what whoever acts may do. */
package org.m2mx.registry.access;
