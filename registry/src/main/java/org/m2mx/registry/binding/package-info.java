/** Where subscribers are: the bindings of RFC 3261 section 10 and, for flows, of RFC 5626. */
package org.m2mx.registry.binding;
