/** Names for one device of a subscriber (RFC 5627). */
package org.m2mx.registry.gruu;
