/**
 * TCP connections over a data channel: the protocol of {@code forward} and {@code listen --expose},
 * which docs/integrators/port-forwarding.md describes.
 */
package org.m2mx.ua.forward;
