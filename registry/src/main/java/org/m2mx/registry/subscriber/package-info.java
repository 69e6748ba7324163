/** Subscribers: the people and devices that an ISP has opened an account for. */
package org.m2mx.registry.subscriber;
