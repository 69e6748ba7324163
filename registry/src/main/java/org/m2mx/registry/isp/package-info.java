/** Internet service providers: each owns domains and the subscribers in them. */
package org.m2mx.registry.isp;
