/** Who has shown too many wrong proofs of identity, and is shut out for a while. */
package org.m2mx.registry.guard;
