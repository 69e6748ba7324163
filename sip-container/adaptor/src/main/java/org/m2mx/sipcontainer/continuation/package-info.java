/** How applications wait without a thread. */
package org.m2mx.sipcontainer.continuation;
