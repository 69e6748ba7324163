/** A converged application that asks of its server what the container asks, and no more. */
package org.m2mx.sipcontainer.portability;
