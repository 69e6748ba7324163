/**
 * Who exists and where they are. Each package below is a thing of the domain with its entity and
 * its service.
 */
package org.m2mx.registry;
