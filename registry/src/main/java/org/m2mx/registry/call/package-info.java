/** Whether a call may go through, and where to. */
package org.m2mx.registry.call;
