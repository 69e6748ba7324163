/** Who changed what, when and from where: a trail that only grows. */
package org.m2mx.registry.audit;
