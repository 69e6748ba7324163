/** What a subscriber's password leaves behind: per-algorithm HA1 values, sealed at rest. */
package org.m2mx.registry.credential;
